/** The `NetworkSettings` of docker's `inspect`: where a container is, and what of it is published. */
import { goMap } from "../../base/template/value.ts";
import type { ContainerDetails } from "../../engine/view.ts";
import type { Endpoint, NetworkRecord } from "../../store/network.ts";
import { type BoundPort, boundPorts, exposedPorts } from "../listing/ports.ts";
import { endpointId } from "./endpoint_id.ts";

/** An address of one family, and what goes with it; empty where there is none. */
interface Address {
  address: string;
  prefixLength: number;
  gateway: string;
}

const NO_ADDRESS: Address = { address: "", prefixLength: 0, gateway: "" };

/** docker's section; the addresses are a container's own as long as it is there, whether it runs or not. */
export function networkSettings(details: ContainerDetails) {
  const { record, networks } = details;
  const [first] = networks;
  return {
    SandboxID: "",
    SandboxKey: details.pid > 0 ? `/proc/${details.pid}/ns/net` : "",
    Ports: portMap(details),
    ...addressFields(first),
    MacAddress: first?.endpoint.macAddress ?? "",
    Networks: goMap(Object.fromEntries(
      networks.length > 0
        ? networks.map((connection) => [connection.network.name, endpointSettings(details, connection)])
        : withoutAddress(record.options.network),
    )),
  };
}

/** docker's map: with `null` for what is only exposed; empty while it does not run. */
function portMap(details: ContainerDetails): Record<string, Binding[] | null> {
  if (details.pid === 0 || details.record.options.network !== "networks") return goMap({});
  const bound = boundPorts(details);
  const ports = new Map<string, Binding[] | null>(exposedPorts(details.record).map((port) => [port, null]));
  for (const port of bound) {
    const key = `${port.containerPort}/${port.protocol}`;
    ports.set(key, [...ports.get(key) ?? [], binding(port, details)]);
  }
  return goMap(Object.fromEntries(ports));
}

/** docker's, and who may connect. */
interface Binding {
  HostIp: string;
  HostPort: string;
  /** host: this host alone; lan: whoever reaches it; filtered: the same, unless a firewall of the host's is in the way */
  Reach: "host" | "lan" | "filtered";
}

function binding({ hostIp, hostPort, reach }: BoundPort, { firewalls = [] }: ContainerDetails): Binding {
  const family = hostIp.includes(":") ? 6 : 4;
  const isFiltered = reach === "lan" && firewalls.some(({ families }) => families.includes(family));
  return { HostIp: hostIp, HostPort: String(hostPort), Reach: isFiltered ? "filtered" : reach };
}

function endpointSettings(
  { record }: ContainerDetails,
  { network, endpoint }: { network: NetworkRecord; endpoint: Endpoint },
) {
  const option = record.options.networks.find(({ name }) =>
    name === network.name || network.id.startsWith(name)
  );
  const [v4, v6] = [fixed(option?.addresses, false), fixed(option?.addresses, true)];
  return {
    IPAMConfig: v4 || v6 ? { ...(v4 && { IPv4Address: v4 }), ...(v6 && { IPv6Address: v6 }) } : null,
    Links: null,
    Aliases: endpoint.aliases.length > 0 ? endpoint.aliases : null,
    MacAddress: endpoint.macAddress,
    DriverOpts: null,
    NetworkID: network.id,
    EndpointID: endpointId(network.id, record.id),
    ...addressFields({ network, endpoint }),
    DNSNames: [...new Set([record.name, ...endpoint.aliases, record.id.slice(0, 12)])],
  };
}

function fixed(addresses: readonly string[] = [], isIPv6: boolean): string | undefined {
  return addresses.find((address) => address.includes(":") === isIPv6);
}

function addressFields(connection: { network: NetworkRecord; endpoint: Endpoint } | undefined) {
  const [v4, v6] = [addressOf(connection, false), addressOf(connection, true)];
  return {
    Gateway: v4.gateway,
    IPAddress: v4.address,
    IPPrefixLen: v4.prefixLength,
    IPv6Gateway: v6.gateway,
    GlobalIPv6Address: v6.address,
    GlobalIPv6PrefixLen: v6.prefixLength,
  };
}

function addressOf(
  connection: { network: NetworkRecord; endpoint: Endpoint } | undefined,
  isIPv6: boolean,
): Address {
  if (!connection) return NO_ADDRESS;
  const { network, endpoint } = connection;
  const index = network.subnets.findIndex(({ subnet }) => subnet.includes(":") === isIPv6);
  if (index === -1) return NO_ADDRESS;
  const { subnet, gateway = "" } = network.subnets[index];
  return { address: endpoint.addresses[index], prefixLength: Number(subnet.split("/")[1]), gateway };
}

/** docker has `host` and `none` among the networks; one that shares another container's is in none. */
function withoutAddress(mode: string): [string, object][] {
  if (mode !== "host" && mode !== "none") return [];
  return [[mode, {
    Aliases: null,
    MacAddress: "",
    NetworkID: "",
    EndpointID: "",
    ...addressFields(undefined),
    DNSNames: null,
  }]];
}
