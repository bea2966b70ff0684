import { byKind, list, mapOf, nothing, transform } from "../types/collection.ts";
import { object, optional, withDefault } from "../types/object.ts";
import { text, word } from "../types/scalar.ts";
import type { Type } from "../types/type.ts";
import { ipAddress, isIpAddress, NAME, name } from "./words.ts";

/** One network. */
export const network: Type<string> = word({
  words: "none, host, a network's name, or container:NAME",
  json: { type: "string", minLength: 1 },
  parse: (text) => NAME.test(text.replace(/^container:/, "")) ? text : undefined,
});

/** The container in one of its networks. */
export interface Attachment {
  name: string;
  ip?: string;
  mac_address?: string;
  aliases: string[];
}

const attachment = object({
  ip: optional(ipAddress, {
    about: "A fixed address in this network.",
    example: "172.20.0.10",
    otherwise: "a free one",
  }),
  mac_address: optional(
    text("a MAC address, such as 02:42:ac:14:00:0a", /^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/),
    {
      about: "A fixed MAC address.",
      example: "02:42:ac:14:00:0a",
      otherwise: "one is made up",
    },
  ),
  aliases: withDefault(list(name, { of: "names", identity: (alias) => alias }), [], {
    about: "More names for this container in this network.",
    example: "[www, shop]",
  }),
}, { elsewhere: { ipv4_address: "ip", ipv6_address: "ip" } });

/** A list of names, or a map of names to addresses. */
export const networks: Type<Attachment[]> = byKind<Attachment[]>({
  list: transform(
    list(name, { of: "names", identity: (name) => name }),
    (names) => names.map((name) => ({ name, aliases: [] })),
  ),
  map: transform(
    mapOf(
      "names to addresses",
      name,
      byKind({ map: attachment, null: nothing({ ip: undefined, mac_address: undefined, aliases: [] }) }),
    ),
    (map) => Object.entries(map).map(([name, rest]) => ({ name, ...rest })),
  ),
});

/** A line of the container's /etc/hosts. */
export interface HostEntry {
  name: string;
  /** an address, or `host-gateway`: the host's, as the container sees it */
  address: string;
}

const HOST_NAME = /^[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?)*$/;

/** utsname(2): 64 bytes. */
export const hostname: Type<string> = word({
  words: "a host name of at most 64 letters, digits, '-' and '.'",
  json: { type: "string", pattern: HOST_NAME.source, maxLength: 64 },
  parse: (text) => HOST_NAME.test(text) && text.length <= 64 ? text : undefined,
});

const isAddress = (text: string) => text === "host-gateway" || isIpAddress(text);

/** A list of `NAME=ADDRESS`, or a map. */
export const extraHosts: Type<HostEntry[]> = byKind<HostEntry[]>({
  list: list(
    word({
      words: "NAME=ADDRESS, where the address may be host-gateway",
      json: { type: "string", pattern: "[=:]" },
      parse(text) {
        const [, name, bracketed] = /^([^=:]+)[=:](.+)$/.exec(text) ?? [];
        const address = bracketed?.replace(/^\[(.*)\]$/, "$1");
        return HOST_NAME.test(name ?? "") && isAddress(address) ? { name, address } : undefined;
      },
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
        parse: (text) => isAddress(text) ? text : undefined,
      }),
    ),
    (map) => Object.entries(map).map(([name, address]) => ({ name, address })),
  ),
});
