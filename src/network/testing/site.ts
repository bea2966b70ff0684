/** A host with three networks, a container or two on each, and a client on its LAN. */
import { inNetworkNamespace } from "../../linux/netns.ts";
import { applyRules } from "../nft.ts";
import { type EndpointRules, type NetworkRules, type PortRules, type Rules } from "../rules.ts";
import { inMachine, Lab, type Machine } from "./lab.ts";

/** The host on its LAN. */
export const HOST = { ip: "192.168.9.1", ip6: "fd09::1" };
export const CLIENT = { ip: "192.168.9.2", ip6: "fd09::2" };
/** Where every container and the client answer. */
export const SERVICE_PORT = 80;
/** Where the host answers, and at 53. */
export const HOST_PORT = 9000;

export interface SiteContainer extends Machine, EndpointRules {
  ip: string;
  ip6: string;
}

export interface Site extends AsyncDisposable {
  host: Machine;
  client: Machine;
  containers: Record<"a" | "b" | "c" | "d", SiteContainer>;
  lab: Lab;
}

/** `a` and `b` are neighbours, `c` is on another network, `d` on an internal one. */
const PLACES = [["a", 0, 2], ["b", 0, 3], ["c", 1, 2], ["d", 2, 2]] as const;

const NETWORKS: NetworkRules[] = [0, 1, 2].map((number) => ({
  bridge: `bud${number}`,
  subnets: [
    { subnet: `172.2${number}.0.0/16`, gateway: `172.2${number}.0.1` },
    { subnet: `fd2${number}::/64`, gateway: `fd2${number}::1` },
  ],
  internal: number === 2,
  isolate: false,
}));

/** @param brNetfilter whether bridged packets pass the rules for IP too, as where docker is */
export async function openSite({ brNetfilter }: { brNetfilter: boolean }): Promise<Site> {
  await using undo = new AsyncDisposableStack();
  const lab = undo.use(new Lab());
  const host = await lab.machine("host");
  const client = await lab.machine("client");
  const bridges = NETWORKS.map(({ bridge, subnets: [ip, ip6] }) =>
    `ip link add ${bridge} type bridge
     ip addr add ${ip.gateway}/16 dev ${bridge}; ip addr add ${ip6.gateway}/64 dev ${bridge} nodad
     ip link set ${bridge} up; echo 1 >/proc/sys/net/ipv4/conf/${bridge}/route_localnet`
  );
  await inMachine(
    host,
    `cd /proc/sys/net
     ${brNetfilter ? "" : "[ ! -d bridge ] ||"} for kind in iptables ip6tables arptables; do
       echo ${Number(brNetfilter)} >bridge/bridge-nf-call-$kind
     done
     echo 0 >ipv6/conf/default/accept_dad
     echo 1 >ipv4/ip_forward; echo 1 >ipv6/conf/all/forwarding
     ip link add lan type veth peer name eth0 netns ${client.pid}
     ip addr add ${HOST.ip}/24 dev lan; ip addr add ${HOST.ip6}/64 dev lan nodad; ip link set lan up
     ${bridges.join("\n")}`,
  );
  await inMachine(
    client,
    `ip addr add ${CLIENT.ip}/24 dev eth0; ip addr add ${CLIENT.ip6}/64 dev eth0 nodad; ip link set eth0 up
     ip route add default via ${HOST.ip}; ip route add default via ${HOST.ip6}`,
  );
  const containers: SiteContainer[] = [];
  for (const [name, network, number] of PLACES) {
    const container = { ...await lab.machine(name), ...endpointOf(name, network, number) };
    await connect(host, container, NETWORKS[network]);
    lab.serveTcp(container, SERVICE_PORT);
    lab.serveUdp(container, SERVICE_PORT);
    containers.push(container);
  }
  lab.serveTcp(client, SERVICE_PORT);
  for (const port of [53, HOST_PORT]) {
    lab.serveTcp(host, port);
    lab.serveUdp(host, port);
  }
  const [a, b, c, d] = containers;
  const owned = undo.move();
  return { host, client, containers: { a, b, c, d }, lab, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function endpointOf(name: string, network: number, number: number) {
  const ip = `172.2${network}.0.${number}`;
  const ip6 = `fd2${network}::${number}`;
  return {
    veth: `veth-${name}`,
    bridge: `bud${network}`,
    macAddress: `02:42:0${network}:00:00:0${number}`,
    ip,
    ip6,
    addresses: [ip, ip6],
    allowHost: false,
  };
}

async function connect(
  host: Machine,
  container: SiteContainer,
  { subnets: [ip, ip6] }: NetworkRules,
): Promise<void> {
  const { veth, bridge, macAddress, pid } = container;
  await inMachine(
    host,
    `ip link add ${veth} type veth peer name eth0 netns ${pid} address ${macAddress}
     ip link set ${veth} master ${bridge} up; ip link set ${veth} type bridge_slave hairpin on`,
  );
  await inMachine(
    container,
    `ip addr add ${container.ip}/16 dev eth0; ip addr add ${container.ip6}/64 dev eth0 nodad; ip link set eth0 up
     ip route add default via ${ip.gateway}; ip route add default via ${ip6.gateway}`,
  );
}

/** The rules of the whole site. */
export function rulesOf(site: Site, ports: PortRules[] = []): Rules {
  return { networks: NETWORKS, endpoints: Object.values(site.containers), ports };
}

/** The service of a container at a port of the host, in both families. */
export function published({ ip, ip6 }: SiteContainer, options: Partial<PortRules> = {}): PortRules {
  const targets = [{ address: ip, port: SERVICE_PORT }, { address: ip6, port: SERVICE_PORT }];
  return { protocol: "tcp", hostPort: 8080, reach: "lan", targets, ...options };
}

/** Gives a text to nft on the host, whose process is in the namespace that it was started in. */
export function applyOn({ namespace }: Machine, text: string): Promise<void> {
  return inNetworkNamespace(namespace, () => applyRules(text));
}

/** The rules of all tables, with what nft lists in no certain order in one. */
export async function listRules(host: Machine): Promise<string[]> {
  const text = await inMachine(host, "nft list ruleset");
  const sorted = text.replaceAll(/,\n\s+/g, ", ").replaceAll(
    /elements = \{ (.*) \}/g,
    (_, list: string) => `elements = { ${list.split(", ").sort().join(", ")} }`,
  );
  return sorted.split(/^\t?(?=chain|map|set|table|\})/m).map((block) => block.trim()).sort();
}
