/** What /etc/hosts of a container says (hosts(5)). Pure. */
import { BudgieError } from "../base/errors.ts";
import type { NetworkMode } from "../store/container.ts";

export interface HostsOptions {
  hostname: string;
  container: { network: NetworkMode; extraHosts: { name: string; address: string }[] };
  network?: {
    addresses: string[];
    names: string[];
    gateways: string[];
    peers: { address: string; names: string[] }[];
  };
}

/** RFC 6761 and docker: the names that every machine has for itself. */
const LOCAL_HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;
const LOOPBACK = "127.0.0.1";
/** docker's word for the host, seen from the container. */
const HOST_GATEWAY = "host-gateway";

/**
 * The first line that has a name counts, so the user's come before the container's own, and these before those of others.
 * @param host the host's file, for a container that has the host's network
 * @throws BudgieError when there is no address that `host-gateway` could mean
 */
export function hostsText(options: HostsOptions, host?: string): string {
  const { hostname, container, network } = options;
  const gateways = container.network === "host" ? [LOOPBACK] : network?.gateways ?? [];
  const extra = container.extraHosts.flatMap(({ name, address }) =>
    addressesOf(name, address, gateways).map((address) => line(address, [name]))
  );
  if (host !== undefined) return [host.replace(/([^\n])$/, "$1\n"), ...extra].join("");
  const addresses = network?.addresses.length ? network.addresses : [LOOPBACK];
  const [plain] = hostname.split("."); // docker: a whole domain name is known by its first part too
  const names = [...new Set([hostname, plain, ...network?.names ?? []])];
  const own = addresses.map((address) => line(address, names));
  const peers = (network?.peers ?? []).map(({ address, names }) => line(address, names));
  return [LOCAL_HOSTS, ...extra, ...own, ...peers].join("");
}

function addressesOf(name: string, address: string, gateways: string[]): string[] {
  if (address !== HOST_GATEWAY) return [address];
  if (gateways.length > 0) return gateways;
  throw new BudgieError(
    `Cannot add the host '${name}': the container has no network in which the host has an address`,
    {
      hint: `Write an address instead of '${HOST_GATEWAY}', or use a network of the driver bridge`,
    },
  );
}

function line(address: string, names: string[]): string {
  return `${address}\t${names.join(" ")}\n`;
}
