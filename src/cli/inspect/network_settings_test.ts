import assert from "node:assert/strict";
import { parseTemplate } from "../../base/template/mod.ts";
import type { ContainerDetails } from "../../engine/view.ts";
import type { ContainerOptions } from "../../store/container.ts";
import type { Endpoint, NetworkRecord, PublishedPort } from "../../store/network.ts";
import { sampleView } from "../testing/sample.ts";
import { hostConfig } from "./host_config.ts";
import { networkSettings } from "./network_settings.ts";

const FRONT: NetworkRecord = {
  id: "ab".repeat(32),
  name: "front",
  createdAt: "2026-01-02T11:00:00Z",
  driver: "bridge",
  subnets: [
    { subnet: "10.0.0.0/24", gateway: "10.0.0.1" },
    { subnet: "fd00::/64", gateway: "fd00::1" },
  ],
  internal: false,
  isolate: false,
  labels: {},
  bridge: "budabab",
};
const BACK: NetworkRecord = {
  ...FRONT,
  id: "cd".repeat(32),
  name: "back",
  subnets: [{ subnet: "10.1.0.0/16" }],
};

function endpoint(network: NetworkRecord, addresses: string[], more: Partial<Endpoint> = {}) {
  const rest = { macAddress: "02:42:0a:00:00:02", aliases: [], interface: "eth0", ...more };
  return { network, endpoint: { network: network.id, addresses, ...rest } };
}

function detailsOf(
  { options = {}, published = [], ...more }: Partial<ContainerDetails> & {
    options?: Partial<ContainerOptions>;
    published?: PublishedPort[];
  },
): ContainerDetails {
  const networks = [{ name: "front", addresses: ["10.0.0.2"], aliases: ["www"] }];
  return {
    ...sampleView({}, { published }, { network: "networks", networks, ...options }),
    networks: [],
    ...more,
  } as ContainerDetails;
}

const CONNECTED = detailsOf({
  networks: [
    endpoint(FRONT, ["10.0.0.2", "fd00::2"], { aliases: ["www"] }),
    endpoint(BACK, ["10.1.0.2"], { macAddress: "02:42:0a:01:00:02" }),
  ],
});

Deno.test("inspect has each network by its name, with docker's keys", () => {
  const { Networks, ...first } = networkSettings(CONNECTED);
  assert.deepEqual({ ...Networks.front, EndpointID: "" }, {
    IPAMConfig: { IPv4Address: "10.0.0.2" },
    Links: null,
    Aliases: ["www"],
    MacAddress: "02:42:0a:00:00:02",
    DriverOpts: null,
    NetworkID: FRONT.id,
    EndpointID: "",
    Gateway: "10.0.0.1",
    IPAddress: "10.0.0.2",
    IPPrefixLen: 24,
    IPv6Gateway: "fd00::1",
    GlobalIPv6Address: "fd00::2",
    GlobalIPv6PrefixLen: 64,
    DNSNames: ["web", "www", "0123456789ab"],
  });
  const template = "{{range $name, $n := .Networks}}{{$name}} {{$n.IPAddress}}/{{$n.IPPrefixLen}} " +
    "{{$n.Gateway}}|{{$n.GlobalIPv6Address}}|{{$n.Aliases}};{{end}}";
  assert.equal(
    parseTemplate(template).execute({ Networks }),
    "back 10.1.0.2/16 ||[];front 10.0.0.2/24 10.0.0.1|fd00::2|[www];",
  );
  assert.deepEqual([first.IPAddress, first.Gateway, first.MacAddress], [
    "10.0.0.2",
    "10.0.0.1",
    "02:42:0a:00:00:02",
  ]);
});

Deno.test("inspect shows the addresses of one that has ended: they stay its own", () => {
  const { IPAddress, SandboxKey, Ports } = networkSettings({ ...CONNECTED, status: "exited", pid: 0 });
  assert.deepEqual([IPAddress, SandboxKey, { ...Ports }], ["10.0.0.2", "", {}]);
});

Deno.test("inspect has host and none among the networks, and nothing of a network that is another's", () => {
  const namesOf = (network: ContainerOptions["network"]) =>
    Object.keys(networkSettings(detailsOf({ options: { network, networks: [] } })).Networks);
  assert.deepEqual([namesOf("host"), namesOf("none"), namesOf("container")], [["host"], ["none"], []]);
});

const PUBLISHED: PublishedPort[] = [
  { containerPort: 80, protocol: "tcp", hostPort: 8080, reach: "lan" },
  { containerPort: 81, protocol: "tcp", hostPort: 8081, reach: "host" },
  { containerPort: 53, protocol: "udp", hostPort: 53, hostIp: "192.168.1.2", reach: "lan" },
];

Deno.test("inspect shows every exposed port, and where it is published for whom", () => {
  const { Ports } = networkSettings(
    detailsOf({ published: PUBLISHED, options: { expose: ["80/tcp", "90/tcp"] } }),
  );
  assert.deepEqual({ ...Ports }, {
    "90/tcp": null,
    "80/tcp": [
      { HostIp: "0.0.0.0", HostPort: "8080", Reach: "lan" },
      { HostIp: "::", HostPort: "8080", Reach: "lan" },
    ],
    "81/tcp": [
      { HostIp: "127.0.0.1", HostPort: "8081", Reach: "host" },
      { HostIp: "::1", HostPort: "8081", Reach: "host" },
    ],
    "53/udp": [{ HostIp: "192.168.1.2", HostPort: "53", Reach: "lan" }],
  });
  const template = '{{(index (index .Ports "80/tcp") 0).HostPort}}';
  assert.equal(parseTemplate(template).execute({ Ports }), "8080");
});

Deno.test("inspect says where a firewall may be in the way, of the families that it is for", () => {
  const firewalls = [{ families: [4 as const], text: "a firewall" }];
  const { Ports } = networkSettings(detailsOf({ published: PUBLISHED, firewalls }));
  const reach = (port: string) => Ports[port]?.map(({ Reach }) => Reach);
  assert.deepEqual([reach("80/tcp"), reach("81/tcp"), reach("53/udp")], [
    ["filtered", "lan"],
    ["host", "host"],
    ["filtered"],
  ]);
});

Deno.test("inspect's HostConfig has what was asked for, in docker's words", () => {
  const config = (options: Partial<ContainerOptions>) => hostConfig(detailsOf({ options }).record.options);
  assert.equal(config({}).NetworkMode, "front");
  assert.equal(config({ network: "host", networks: [] }).NetworkMode, "host");
  assert.equal(
    config({ network: "container", networks: [], networkContainer: "ab12" }).NetworkMode,
    "container:ab12",
  );
  const ports = config({
    ports: [
      {
        containerPort: 80,
        protocol: "tcp",
        hostPort: { from: 8080, to: 8080 },
        hostIp: "127.0.0.1",
        reach: "lan",
      },
      { containerPort: 80, protocol: "tcp", hostPort: { from: 9000, to: 9010 }, reach: "lan" },
      { containerPort: 53, protocol: "udp", reach: "host" },
    ],
  }).PortBindings;
  assert.deepEqual({ ...ports }, {
    "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }, { HostIp: "", HostPort: "9000-9010" }],
    "53/udp": [{ HostIp: "", HostPort: "" }],
  });
  const { Dns, DnsSearch, DnsOptions, ExtraHosts, PublishAllPorts } = config({
    dns: ["9.9.9.9"],
    dnsSearch: ["example.com"],
    dnsOptions: ["ndots:2"],
    extraHosts: [{ name: "printer", address: "192.168.1.20" }],
    publishAll: true,
  });
  assert.deepEqual([Dns, DnsSearch, DnsOptions], [["9.9.9.9"], ["example.com"], ["ndots:2"]]);
  assert.deepEqual([ExtraHosts, PublishAllPorts], [["printer:192.168.1.20"], true]);
  assert.equal(config({}).ExtraHosts, null);
});
