/** `--network` and what belongs to it: which networks a container is in, and how. */
import { NotSupportedError, UsageError } from "../../base/errors.ts";
import { formatIpAddress, type IpAddress, parseIpAddress } from "../../base/ip_address.ts";
import { readMacAddress } from "../../base/mac_address.ts";
import { isDefaultName } from "../../engine/network/find_network.ts";
import {
  inNetwork,
  isNetworkName,
  networkByDefault,
  type NetworkChoice,
} from "../../engine/network/network_choice.ts";
import { DEFAULT_NETWORK, type NetworkOption } from "../../store/network.ts";
import { cut } from "./key_value.ts";

/** What one `--network` says; default: as if there were none. */
export type NetworkWord =
  | { mode: "none" | "host" | "default" }
  | { mode: "container"; container: string }
  | { mode: "network"; network: NetworkOption };

/** docker's and podman's ways to have a network that are not there yet. */
const NOT_YET = /^(slirp4netns|pasta|private|ns)(:|$)/;
const KEYS_NOT_YET = ["driver-opt", "gw-priority", "link-local-ip", "interface_name"];

const HINT = "Write --network NAME, NAME:ip=172.20.0.10,alias=www, none, host, or container:NAME";

/**
 * `none`, `host`, `container:NAME`, a network's name, which podman's `NAME:ip=…,mac-address=…,alias=…` or docker's
 * `name=NAME,ip=…,ip6=…,mac-address=…,alias=…` says more of.
 * @throws UsageError; NotSupportedError
 */
export function parseNetwork(text: string): NetworkWord {
  if (text === "") return { mode: "default" }; // not given: an empty variable of a script
  if (text === "none" || text === "host") return { mode: text };
  if (NOT_YET.test(text)) throw new NotSupportedError(`--network ${text}`, { hint: HINT });
  const [, container] = /^container:(.*)$/s.exec(text) ?? [];
  if (container !== undefined) {
    if (container === "") throw invalid(text, "it names no container");
    return { mode: "container", container };
  }
  return { mode: "network", network: readNetwork(text) };
}

function readNetwork(text: string): NetworkOption {
  const refuse = (reason: string) => invalid(text, reason);
  const isLong = /^[a-z-]+=/.test(text);
  const colon = isLong ? -1 : text.indexOf(":");
  const fields = (isLong ? text : colon === -1 ? "" : text.slice(colon + 1)).split(",");
  const network = inNetwork(isLong ? "" : colon === -1 ? text : text.slice(0, colon));
  if (isLong || colon !== -1) { for (const field of fields) applyField(network, field, refuse); }
  if (network.name === "") throw refuse("it names no network");
  if (!isNetworkName(network.name)) throw refuse("it is no name of a network");
  return isDefaultName(network.name) ? { ...network, name: DEFAULT_NETWORK } : network;
}

function applyField(network: NetworkOption, field: string, refuse: (reason: string) => Error): void {
  const [key, value = ""] = cut(field);
  if (KEYS_NOT_YET.includes(key)) throw new NotSupportedError(`--network …${key}=`);
  switch (key) {
    case "name":
      network.name = value;
      return;
    case "alias":
      network.aliases.push(readAlias(value, refuse));
      return;
    case "ip":
    case "ip6":
      addAddress(network, readAddress(value, key === "ip6" ? 6 : undefined, refuse), refuse);
      return;
    case "mac":
    case "mac-address":
      network.macAddress = macAddressOf(value, refuse);
      return;
  }
  throw refuse(`there is no key '${key}', only name, ip, ip6, mac-address and alias`);
}

function addAddress(network: NetworkOption, address: IpAddress, refuse: (reason: string) => Error): void {
  const text = formatIpAddress(address);
  if (network.addresses.some((other) => other.includes(":") === text.includes(":"))) {
    throw refuse(`it has two addresses of IPv${address.family}`);
  }
  network.addresses.push(text);
}

function invalid(text: string, reason: string): UsageError {
  return new UsageError(`Cannot use --network '${text}': ${reason}`, { hint: HINT });
}

/** Flags that say something of a container's only, or first, network. */
export interface ChoiceFlags {
  network?: NetworkWord[];
  networkAlias?: string[];
  ip?: string;
  ip6?: string;
  macAddress?: string;
}

/**
 * The networks that the flags ask for together, docker's rules: the others' flags belong to the first network.
 * @throws UsageError for words that exclude each other
 */
export function networkChoice(
  flags: ChoiceFlags,
  env?: { get(name: string): string | undefined },
): NetworkChoice {
  const words = (flags.network ?? []).filter(({ mode }) => mode !== "default");
  const choice = words.length === 0 ? networkByDefault(env) : chosen(words);
  if (choice.network !== "networks") {
    const flag = firstGiven(flags);
    if (flag === undefined) return choice;
    const what = choice.network === "container"
      ? "another container's network"
      : `the network '${choice.network}'`;
    throw new UsageError(`Cannot use ${flag} with ${what}: it is about networks of its own`, {
      hint: "Leave it out, or name a network with --network",
    });
  }
  const [first, ...others] = choice.networks;
  return { ...choice, networks: [withFlags(first, flags), ...others] };
}

function chosen(words: NetworkWord[]): NetworkChoice {
  const alone = words.find(({ mode }) => mode !== "network");
  if (alone && words.length > 1) {
    throw new UsageError(
      `Cannot use --network ${wordOf(alone)} with another --network: it excludes all others`,
      { hint: "Leave one of them out" },
    );
  }
  const networks = words.flatMap((word) => word.mode === "network" ? [word.network] : []);
  const twice = networks.find(({ name }, index) =>
    networks.findIndex((other) => other.name === name) < index
  );
  if (twice) {
    throw new UsageError(`Cannot be in the network '${twice.name}' twice: there are two --network of it`);
  }
  if (alone?.mode === "container") {
    return { network: "container", networks: [], networkContainer: alone.container };
  }
  return alone ? { network: alone.mode as "none" | "host", networks: [] } : { network: "networks", networks };
}

function wordOf(word: NetworkWord): string {
  return word.mode === "container" ? `container:${word.container}` : word.mode;
}

function firstGiven({ ip, ip6, macAddress, networkAlias }: ChoiceFlags): string | undefined {
  const flags = {
    "--ip": ip,
    "--ip6": ip6,
    "--mac-address": macAddress,
    "--network-alias": networkAlias?.[0],
  };
  return Object.entries(flags).find(([, value]) => value)?.[0];
}

function withFlags(network: NetworkOption, flags: ChoiceFlags): NetworkOption {
  const refuse = (flag: string) => (reason: string) => new UsageError(`Cannot use ${flag}: ${reason}`);
  const said = { ...network, addresses: [...network.addresses], aliases: [...network.aliases] };
  for (const [flag, family, text] of [["--ip", 4, flags.ip], ["--ip6", 6, flags.ip6]] as const) {
    if (text) addAddress(said, readAddress(text, family, refuse(flag)), refuse(flag));
  }
  if (flags.macAddress) {
    if (network.macAddress) throw refuse("--mac-address")(`--network says ${network.macAddress}`);
    said.macAddress = macAddressOf(flags.macAddress, refuse("--mac-address"));
  }
  const { networkAlias = [] } = flags;
  if (networkAlias.length > 0 && network.aliases.length > 0) {
    throw refuse("--network-alias")("--network has aliases too");
  }
  said.aliases.push(...networkAlias.map((alias) => readAlias(alias, refuse("--network-alias"))));
  return said;
}

function readAddress(
  text: string,
  family: IpAddress["family"] | undefined,
  refuse: (reason: string) => Error,
): IpAddress {
  const address = parseIpAddress(text.replace(/^\[(.*:.*)\]$/, "$1"));
  if (address && (family === undefined || address.family === family)) return address;
  throw refuse(`'${text}' is no ${family ? `IPv${family} ` : ""}address`);
}

function macAddressOf(text: string, refuse: (reason: string) => Error): string {
  const address = readMacAddress(text);
  if (address) return address;
  throw refuse(`'${text}' is no MAC address of an interface, such as 02:42:ac:14:00:0a`);
}

function readAlias(text: string, refuse: (reason: string) => Error): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)) return text;
  throw refuse(`'${text}' is no name: letters, digits, '_', '.' and '-'`);
}
