import { testBad, testGood } from "../testing/cases.ts";

const OTHERS =
  "with container:NAME as the network, hostname, expose, allow_host, dns, dns_search, dns_options, " +
  "extra_hosts are the other container's";

testGood([
  ["network: none", { network: "none" }],
  ["network: container:web", { network: "container:web" }],
  ["networks: [front, back]", {
    networks: [{ name: "front", ip: [], aliases: [] }, { name: "back", ip: [], aliases: [] }],
  }],
  ["networks: {front: , back: {ip: 172.20.0.10, mac_address: '02-42-AC-14-00-0A', aliases: [shop]}}", {
    networks: [
      { name: "front", ip: [], aliases: [] },
      { name: "back", ip: ["172.20.0.10"], mac_address: "02:42:ac:14:00:0a", aliases: ["shop"] },
    ],
  }],
  ["networks: {front: {ip: ['FD00:0::1', 10.0.0.2]}}", {
    networks: [{ name: "front", ip: ["fd00::1", "10.0.0.2"], aliases: [] }],
  }],
  ["network: front\nports: [80]", { network: "front" }],
  ["network: host\nhostname: box\ndns: 9.9.9.9", { network: "host" }],
  ["expose: [80, 53/udp, 80-81/tcp]", { expose: ["80/tcp", "53/udp", "81/tcp"] }],
  ["allow_host: true", { allow_host: true }],
  ["dns_search: [example.com, .]\ndns_options: ndots:2", {
    dns_search: ["example.com", "."],
    dns_options: ["ndots:2"],
  }],
  ["name: web\nscale: 3\nbalance: source", { scale: 3, balance: "source" }],
  ["name: web\nscale: 1\nnetworks: {front: {ip: 10.0.0.2}}", { scale: 1 }],
  ["dns: 9.9.9.9", { dns: ["9.9.9.9"] }],
  ["dns: [9.9.9.9, '2620:fe::fe']", { dns: ["9.9.9.9", "2620:fe::fe"] }],
  ["extra_hosts: ['a=1.2.3.4', 'b:::1', c=host-gateway, 'd=[::2]']", {
    extra_hosts: [
      { name: "a", address: "1.2.3.4" },
      { name: "b", address: "::1" },
      { name: "c", address: "host-gateway" },
      { name: "d", address: "::2" },
    ],
  }],
  ["extra_hosts: {a.b: 1.2.3.4}", { extra_hosts: [{ name: "a.b", address: "1.2.3.4" }] }],
  ["secrets: [db_password, {source: tls_key, target: k, uid: 1, gid: 2, mode: 0440, env: KEY}]", {
    secrets: [
      {
        source: "db_password",
        target: undefined,
        uid: undefined,
        gid: undefined,
        mode: 0o400,
        env: undefined,
      },
      { source: "tls_key", target: "k", uid: 1, gid: 2, mode: 0o440, env: "KEY" },
    ],
  }],
]);

testBad([
  ["network: a b", "1:10: network is 'a b'; expected none, host, a network's name, or container:NAME"],
  [
    "network: none\nnetworks: [front]",
    "2:11: networks is a list; only one of network, networks may be given",
  ],
  ...["none", "host", "container:db"].map((network): [string, string] => [
    `network: ${network}\nports: [80]`,
    "2:8: ports is a list; ports can be published with a network of the container's own, not with none, host or " +
    "container:NAME",
  ]),
  ...["hostname: a", "dns: 9.9.9.9", "dns_search: a", "expose: [80]", "extra_hosts: {a: 1.2.3.4}"].map(
    (line): [string, string] => {
      const [key, value] = line.split(": ");
      const what = value.startsWith("[") ? "is a list" : key === "extra_hosts" ? "is a map" : `is '${value}'`;
      return [`network: container:db\n${line}`, `2:${key.length + 3}: ${key} ${what}; ${OTHERS}`];
    },
  ),
  ["networks: [host]", "1:12: networks[0] is 'host'; expected a network's name"],
  [
    "networks: {a: {ip: [10.0.0.2, 10.0.0.3]}}",
    "1:20: networks.a.ip is a list; an IPv4 address and an IPv6 address are the most",
  ],
  [
    "networks: {a: {mac_address: '01:42:ac:14:00:0a'}}",
    "1:29: networks.a.mac_address is '01:42:ac:14:00:0a'; expected a MAC address of one interface, such as " +
    "02:42:ac:14:00:0a",
  ],
  [
    "expose: [http]",
    "1:10: expose[0] is 'http'; expected ports from 1 to 65535, such as 80, 53/udp, 8000-8010",
  ],
  ["dns_search: a b", "1:13: dns_search is 'a b'; expected a domain"],
  ["scale: 0", "1:8: scale is '0'; expected a whole number from 1 to 1000"],
  ["scale: 2", "1:8: scale is '2'; scale needs a name"],
  [
    "name: web\nbalance: source",
    "2:10: balance is 'source'; balance is for several containers: it needs scale",
  ],
  ["name: web\nscale: 2\nbalance: random", "3:10: balance is 'random'; expected one of round-robin, source"],
  [
    "name: web\nscale: 2\nnetworks: {a: {ip: 10.0.0.2}}",
    "3:11: networks is a map; several containers can't have the same ip or mac_address: scale needs them free",
  ],
  ["networks: [front, front]", "1:19: networks[1] repeats front of line 3"],
  [
    "networks: {-: {ip: 1.2.3, mac_address: 2, alias: [a]}}",
    "1:12: a name in networks is '-'; expected a network's name",
    "1:20: networks.-.ip is '1.2.3'; expected an IPv4 or IPv6 address",
    "1:40: networks.-.mac_address is '2'; expected a MAC address of one interface, such as 02:42:ac:14:00:0a",
    "1:43: unknown key 'alias' in networks.-; did you mean 'aliases'? The keys are ip, mac_address, aliases",
  ],
  [
    "dns: [dns.example.com, 1.2.3.256]",
    "1:7: dns[0] is 'dns.example.com'; expected an IPv4 or IPv6 address",
    "1:24: dns[1] is '1.2.3.256'; expected an IPv4 or IPv6 address",
  ],
  [
    "extra_hosts: [a]",
    "1:15: extra_hosts[0] is 'a'; expected NAME=ADDRESS, where the address may be host-gateway",
  ],
  ["extra_hosts: {a: b}", "1:18: extra_hosts.a is 'b'; expected an address, or host-gateway"],
  ["secrets: [{target: x}]", "1:11: secrets[0].source is missing; write source: db_password"],
  [
    "secrets: [{source: ab, mode: 999}]",
    "1:30: secrets[0].mode is '999'; expected permission bits in octal, such as 0400",
  ],
  [
    "secrets: [{source: ab, target: a/b}]",
    "1:32: secrets[0].target is 'a/b'; expected a file name, or an absolute path in the container",
  ],
  ["secrets: [ab, {source: cd, target: /run/secrets/ab}]", "1:15: secrets[1] repeats ab of line 3"],
  ["secrets: [ab, {source: cd, target: ab}]", "1:15: secrets[1] repeats ab of line 3"],
]);
