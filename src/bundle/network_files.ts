/**
 * /etc/hostname, /etc/hosts and /etc/resolv.conf of a container, kept beside its bundle.
 *
 * /etc/hosts has the container's own names and those that the user gave, and other containers only where no DNS server
 * knows them: libc looks there first, and would have to be told of each that is healthy no more.
 */
import { readTextIfThere } from "../base/optional_file.ts";
import type { ContainerOptions, ContainerRecord } from "../store/container.ts";
import { hostsText } from "./hosts_text.ts";
import { fileMount, type PlannedMount } from "./mounts.ts";
import { resolvConfText } from "./resolv_conf_text.ts";

/** How a container is known, and who knows others for it. */
export interface ContainerNetwork {
  /** its own, in the order of its networks */
  addresses: string[];
  /** that others know it by: its name, and its aliases */
  names: string[];
  /** the host's own addresses in its networks: what `host-gateway` means */
  gateways: string[];
  /** that answer for names; undefined: those that the host asks, where they can be reached from elsewhere */
  nameservers?: string[];
  /** the other containers of networks in which nobody answers for names */
  peers: { address: string; names: string[] }[];
}

/** What the files say. */
export interface NetworkFilesOptions {
  hostname: string;
  container: Pick<
    ContainerOptions,
    "network" | "dns" | "dnsSearch" | "dnsOptions" | "extraHosts" | "readOnly"
  >;
  /** of a container that is in networks */
  network?: ContainerNetwork;
  /** the folder of the container whose network this one shares, and so these files */
  sharedWith?: string;
  onWarning?: (message: string) => void;
}

/** Where systemd-resolved says which servers it asks itself. */
const RESOLVED_UPLINKS = "/run/systemd/resolve/resolv.conf";

const NAMES = ["hostname", "hosts", "resolv.conf"] as const;

/** The name that a container calls itself by. */
export function hostnameOf({ id, options }: ContainerRecord): string {
  return options.hostname ?? (options.network === "host" ? Deno.hostname() : id.slice(0, 12));
}

/**
 * Writes the files into `directory`, and tells how to mount them. Those of a container that runs may be written again:
 * it sees the new ones.
 * @throws BudgieError when `host-gateway` means nothing to the container
 */
export function writeNetworkFiles(directory: string, options: NetworkFilesOptions): PlannedMount[] {
  const { sharedWith, container: { readOnly } } = options;
  if (sharedWith === undefined) {
    const texts = filesOf(options);
    for (const name of NAMES) writeForAll(`${directory}/${name}`, texts[name]);
  }
  return NAMES.map((name) => fileMount(`${sharedWith ?? directory}/${name}`, `/etc/${name}`, { readOnly }));
}

function filesOf(options: NetworkFilesOptions): Record<typeof NAMES[number], string> {
  const { container, network, onWarning } = options;
  return {
    hostname: `${options.hostname}\n`,
    hosts: hostsText(options, container.network === "host" ? readTextIfThere("/etc/hosts") : undefined),
    "resolv.conf": resolvConfText(
      { container, nameservers: network?.nameservers, onWarning },
      {
        resolvConf: readTextIfThere("/etc/resolv.conf") ?? "",
        uplinks: readTextIfThere(RESOLVED_UPLINKS) ?? "",
      },
    ),
  };
}

/** In place, for it is mounted; and what is right stays as it is, for others may be reading it. */
function writeForAll(path: string, text: string): void {
  if (readTextIfThere(path) === text) return;
  Deno.writeTextFileSync(path, text);
  Deno.chmodSync(path, 0o644); // whatever the umask: the container's users read it
}
