/** Which network a container gets that names none, and what does not go together with its network. */
import { UsageError } from "../../base/errors.ts";
import type { ContainerOptions } from "../../store/container.ts";
import { DEFAULT_NETWORK, type NetworkOption } from "../../store/network.ts";
import { isName } from "../name.ts";

/** What a container's network is made of. */
export type NetworkChoice = Pick<ContainerOptions, "network" | "networks" | "networkContainer">;

/**
 * BUDGIE_NETWORK_DEFAULT (`none`, `host`, or a network's name), or else budgie0.
 * @throws UsageError
 */
export function networkByDefault(env: { get(name: string): string | undefined } = Deno.env): NetworkChoice {
  const word = env.get("BUDGIE_NETWORK_DEFAULT") || DEFAULT_NETWORK;
  if (word === "none" || word === "host") return { network: word, networks: [] };
  if (isNetworkName(word)) return { network: "networks", networks: [inNetwork(word)] };
  throw new UsageError(`Cannot use BUDGIE_NETWORK_DEFAULT='${word}': it is none, host, or a network's name`);
}

/** Whether a network may have it as its name; `none` and `host` are no networks. */
export function isNetworkName(word: string): boolean {
  return isName(word) && word !== "none" && word !== "host";
}

/** The container in this network, with nothing fixed. */
export function inNetwork(name: string): NetworkOption {
  return { name, addresses: [], aliases: [] };
}

/**
 * The same for flags and files, whoever chose the network.
 * @throws UsageError for what a container with such a network can't have
 */
export function checkNetworkOptions(options: ContainerOptions): void {
  if (options.network === "networks") return;
  const [first] = options.ports;
  if (first) throw conflict(`publish port ${first.containerPort}/${first.protocol}`, options);
  if (options.publishAll) throw conflict("publish all ports", options);
  if (options.network !== "container") return;
  const [what] = Object.entries(OF_THE_OTHER).find(([, isAsked]) => isAsked(options)) ?? [];
  if (what) throw conflict(what, options);
}

/** What is the other container's where two share a network: it has the interfaces, and the files that go with them. */
const OF_THE_OTHER: Record<string, (options: ContainerOptions) => boolean> = {
  "set a hostname": ({ hostname }) => hostname !== undefined,
  "set name servers": ({ dns }) => dns.length > 0,
  "set search domains": ({ dnsSearch }) => dnsSearch.length > 0,
  "set options of the resolver": ({ dnsOptions }) => dnsOptions.length > 0,
  "add hosts": ({ extraHosts }) => extraHosts.length > 0,
  "expose ports": ({ expose }) => expose.length > 0,
  "allow the host": ({ allowHost }) => allowHost,
};

function conflict(what: string, { network, networkContainer }: ContainerOptions): UsageError {
  switch (network) {
    case "host":
      return new UsageError(`Cannot ${what}: the container has the host's network`, {
        hint: "Its ports are ports of the host as they are; leave this out, or choose another network",
      });
    case "container":
      return new UsageError(`Cannot ${what}: the container has the network of '${networkContainer}'`, {
        hint: "Say it of that container, where it is created",
      });
    default:
      return new UsageError(`Cannot ${what}: the container has no network`, {
        hint: "Choose a network by its name",
      });
  }
}
