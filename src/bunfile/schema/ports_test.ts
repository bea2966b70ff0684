import { testBad, testGood } from "../testing/cases.ts";

const only = (port: number) => ({ from: port, to: port });

const SHORT = "a text such as 8080:80, 127.0.0.1:8080:80/tcp, 53:53/udp";

testGood([
  ["name: web", { ports: [] }],
  ["ports: [{container_port: 80}]", { ports: [{ container_port: 80, protocol: "tcp", publish: "lan" }] }],
  ["ports: [{container_port: '80', host_port: \"${PORT}\", host_ip: '::1', protocol: sctp}]", {
    ports: [{ container_port: 80, host_port: only(8080), host_ip: "::1", protocol: "sctp", publish: "lan" }],
  }],
  ["ports: [80, '8080:81', 53:53/udp]", {
    ports: [
      { container_port: 80, protocol: "tcp", publish: "lan" },
      { container_port: 81, host_port: only(8080), protocol: "tcp", publish: "lan" },
      { container_port: 53, host_port: only(53), protocol: "udp", publish: "lan" },
    ],
  }],
  ["ports: ['127.0.0.1:8080:80', '[::1]:8080:80/tcp', '127.0.0.1::90']", {
    ports: [
      { container_port: 80, host_port: only(8080), host_ip: "127.0.0.1", protocol: "tcp", publish: "lan" },
      { container_port: 80, host_port: only(8080), host_ip: "::1", protocol: "tcp", publish: "lan" },
      { container_port: 90, host_ip: "127.0.0.1", protocol: "tcp", publish: "lan" },
    ],
  }],
  ["ports: [8000-8001:80-81]", {
    ports: [
      { container_port: 80, host_port: only(8000), protocol: "tcp", publish: "lan" },
      { container_port: 81, host_port: only(8001), protocol: "tcp", publish: "lan" },
    ],
  }],
  ["ports: [8000-8001:80, '0:81', '[FD00:0::1]:82:82']", {
    ports: [
      { container_port: 80, host_port: { from: 8000, to: 8001 }, protocol: "tcp", publish: "lan" },
      { container_port: 81, protocol: "tcp", publish: "lan" },
      { container_port: 82, host_port: only(82), host_ip: "fd00::1", protocol: "tcp", publish: "lan" },
    ],
  }],
  [
    "ports: [{container_port: 80, host_port: 8000-8001, publish: host}, {container_port: 81, host_port: 80}]",
    {
      ports: [
        { container_port: 80, host_port: { from: 8000, to: 8001 }, protocol: "tcp", publish: "host" },
        { container_port: 81, host_port: only(80), protocol: "tcp", publish: "lan" },
      ],
    },
  ],
  ["ports: ['0.0.0.0:80:80', '[::]:80:80']", {
    ports: [
      { container_port: 80, host_port: only(80), host_ip: "0.0.0.0", protocol: "tcp", publish: "lan" },
      { container_port: 80, host_port: only(80), host_ip: "::", protocol: "tcp", publish: "lan" },
    ],
  }],
  ["ports: ['53:53', 53:53/udp, 54:53]", {
    ports: [
      { container_port: 53, host_port: only(53), protocol: "tcp", publish: "lan" },
      { container_port: 53, host_port: only(53), protocol: "udp", publish: "lan" },
      { container_port: 53, host_port: only(54), protocol: "tcp", publish: "lan" },
    ],
  }],
]);

testBad([
  ["ports: 80", "1:8: ports is '80'; expected a list of ports"],
  ["ports:", "1:7: ports has no value; expected a list of ports"],
  ["ports: [{host_port: 80}]", "1:9: ports[0].container_port is missing; write container_port: 80"],
  [
    "ports: [{container_port: 0}, {container_port: 65536}, {container_port: 8o}]",
    "1:26: ports[0].container_port is '0'; expected a port from 1 to 65535",
    "1:47: ports[1].container_port is '65536'; expected a port from 1 to 65535",
    "1:72: ports[2].container_port is '8o'; expected a port from 1 to 65535",
  ],
  [
    "ports: [{container_port: 80, protocol: TCPS}]",
    "1:40: ports[0].protocol is 'TCPS'; expected one of tcp, udp, sctp; did you mean 'tcp'?",
  ],
  [
    "ports: [{container_port: 80, host_ip: localhost}]",
    "1:39: ports[0].host_ip is 'localhost'; expected an IPv4 or IPv6 address",
  ],
  [
    "ports: [{target: 80}]",
    "1:9: ports[0].container_port is missing; write container_port: 80",
    "1:10: unknown key 'target' in ports[0]; write container_port",
  ],
  ["ports: [http]", `1:9: ports[0] is 'http'; expected ${SHORT}`],
  ["ports: ['70000:80']", "1:9: ports[0] is '70000:80'; expected ports from 1 to 65535, such as 8080:80"],
  [
    "ports: [{container_port: 80, host_port: 0}, {container_port: 80, host_port: 9-8}]",
    "1:41: ports[0].host_port is '0'; expected a port from 1 to 65535, or several as 8000-8010",
    "1:77: ports[1].host_port is '9-8'; expected a port from 1 to 65535, or several as 8000-8010",
  ],
  [
    "ports: [{container_port: 80, publish: world}]",
    "1:39: ports[0].publish is 'world'; expected one of host, lan",
  ],
  ["ports: ['81-80:1-2']", "1:9: ports[0] is '81-80:1-2'; expected ports from 1 to 65535, such as 8080:80"],
  [
    "ports: [8000-8002:80-81]",
    "1:9: ports[0] is '8000-8002:80-81'; expected as many host ports as container ports, such as 8000-8002:80-82",
  ],
  ["ports: [80:80/icmp]", "1:9: ports[0] is '80:80/icmp'; expected one of tcp, udp, sctp after the slash"],
  [
    "ports: ['999.0.0.1:80:80']",
    "1:9: ports[0] is '999.0.0.1:80:80'; expected an IP address first, such as 127.0.0.1:8080:80",
  ],
  [
    "ports:\n  - 8080:80\n  - container_port: 81\n    host_port: 8080\n",
    "3:5: ports[1] is a map; host port 8080/tcp is there already",
  ],
  [
    "ports: ['8080:80', '127.0.0.1:8080:81']",
    "1:20: ports[1] is '127.0.0.1:8080:81'; host port 8080/tcp is there already",
  ],
  ["ports: [80, 80]", "1:13: ports[1] is '80'; container port 80/tcp is there already"],
  [
    "ports: [[80]]",
    `1:9: ports[0] is a list; expected ${SHORT}, or a map of container_port, host_port, host_ip, protocol, publish`,
  ],
]);
