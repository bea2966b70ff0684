import { HOST_NAME, type HostEntry, isHostAddress, parseHostEntry } from "../../base/host_entry.ts";
import { readMacAddress } from "../../base/mac_address.ts";
import { parseContainerPorts, portsOf, PortSpecError } from "../../base/port_spec.ts";
import { byKind, list, mapOf, nothing, oneOrList, transform } from "../../yaml/types/collection.ts";
import { object, optional, withDefault } from "../../yaml/types/object.ts";
import { Refusal, text, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";
import { ipAddress, NAME, name } from "./words.ts";

/** One network. */
export const network: Type<string> = word({
  words: "none, host, a network's name, or container:NAME",
  json: { type: "string", minLength: 1 },
  parse: (text) => NAME.test(text.replace(/^container:/, "")) ? text : undefined,
});

/** Whether it is the name of a network, and not another way to have one, or none. */
export function isNetworkName(network: string): boolean {
  return network !== "none" && network !== "host" && !network.startsWith("container:");
}

/** The container in one of its networks. */
export interface Attachment {
  name: string;
  ip: string[];
  mac_address?: string;
  aliases: string[];
}

/** One of several: there is no host or none among them. */
const networkName: Type<string> = word({
  words: "a network's name",
  json: { type: "string", pattern: NAME.source },
  parse: (text) => NAME.test(text) && isNetworkName(text) ? text : undefined,
});

/** At most one of each family. */
const addresses: Type<string[]> = transform(
  oneOrList(ipAddress, { of: "addresses" }),
  (addresses, place, node) => {
    const families = addresses.map((address) => address.includes(":"));
    if (new Set(families).size === families.length) return addresses;
    return place.forbid(node, "an IPv4 address and an IPv6 address are the most");
  },
);

const macAddress: Type<string> = word({
  words: "a MAC address of one interface, such as 02:42:ac:14:00:0a",
  json: { type: "string", pattern: "^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$" },
  parse: readMacAddress,
});

const attachment = object({
  ip: withDefault(addresses, [], {
    about: "A fixed address in this network, or one of IPv4 and one of IPv6.",
    example: "172.20.0.10",
    otherwise: "free ones",
  }),
  mac_address: optional(macAddress, {
    about: "A fixed MAC address.",
    example: "02:42:ac:14:00:0a",
    otherwise: "one is made up",
  }),
  aliases: withDefault(list(name, { of: "names", identity: (alias) => alias }), [], {
    about: "More names for this container in this network.",
    example: "[www, shop]",
  }),
}, { elsewhere: { ipv4_address: "ip", ipv6_address: "ip" } });

/** A list of names, or a map of names to addresses. */
export const networks: Type<Attachment[]> = byKind<Attachment[]>({
  list: transform(
    list(networkName, { of: "names", identity: (name) => name }),
    (names) => names.map((name) => ({ name, ip: [], aliases: [] })),
  ),
  map: transform(
    mapOf(
      "names to addresses",
      networkName,
      byKind({ map: attachment, null: nothing({ ip: [], mac_address: undefined, aliases: [] }) }),
    ),
    (map) => Object.entries(map).map(([name, rest]) => ({ name, ...rest })),
  ),
});

/** utsname(2): 64 bytes. */
export const hostname: Type<string> = word({
  words: "a host name of at most 64 letters, digits, '-' and '.'",
  json: { type: "string", pattern: HOST_NAME.source, maxLength: 64 },
  parse: (text) => HOST_NAME.test(text) && text.length <= 64 ? text : undefined,
});

/** A list of `NAME=ADDRESS`, or a map. */
export const extraHosts: Type<HostEntry[]> = byKind<HostEntry[]>({
  list: list(
    word({
      words: "NAME=ADDRESS, where the address may be host-gateway",
      json: { type: "string", pattern: "[=:]" },
      parse: parseHostEntry,
    }),
    { of: "NAME=ADDRESS" },
  ),
  map: transform(
    mapOf(
      "names to addresses",
      text("a host name", HOST_NAME),
      word({
        words: "an address, or host-gateway",
        json: { type: "string" },
        parse: (text) => isHostAddress(text) ? text : undefined,
      }),
    ),
    (map) => Object.entries(map).map(([name, address]) => ({ name, address })),
  ),
});

/** `80`, `53/udp`, `8000-8010`: as `80/tcp` each. */
const exposed: Type<string[]> = word({
  words: "a port or several, such as 80, 53/udp, 8000-8010",
  json: { anyOf: [{ type: "integer" }, { type: "string", pattern: "^[0-9-]+(/[a-zA-Z]+)?$" }] },
  parse(text) {
    try {
      const { ports, protocol } = parseContainerPorts(text);
      return portsOf(ports).map((port) => `${port}/${protocol}`);
    } catch (error) {
      if (error instanceof PortSpecError) throw new Refusal(error.expected);
      throw error;
    }
  },
});

/** Each port once. */
export const expose: Type<string[]> = transform(
  list(exposed, { of: "ports" }),
  (ports) => [...new Set(ports.flat())],
);

/** A word of resolv.conf(5), where a blank would begin another one. */
export function resolverWords(words: string): Type<string> {
  return text(words, /^[^\s#;]+$/);
}
