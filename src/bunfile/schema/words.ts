/** Kinds of words that more than one key takes. */
import { normalize } from "node:path/posix";
import { formatIpAddress, parseIpAddress } from "../../base/ip_address.ts";
import { readPort } from "../../base/port_spec.ts";
import { splitShellWords } from "../shell_words.ts";
import { byKind, list } from "../../yaml/types/collection.ts";
import { Refusal, text, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";

/** Of containers, volumes, networks and secrets: docker's rule, with podman's one-letter names. */
export const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;

/** A name that fits NAME. */
export const name = text(
  "a name of letters, digits, '_', '.' and '-', the first a letter or digit",
  NAME,
);

/** Absolute, without `.` and `..`; never `/`, where nothing can be mounted. */
export const containerPath: Type<string> = word({
  words: "an absolute path in the container, such as /data",
  json: { type: "string", pattern: "^/" },
  parse: cleanContainerPath,
});

/** `/a` from `/a/`, `/a/./b/..`; undefined if it is not absolute, or is `/`. */
export function cleanContainerPath(text: string): string | undefined {
  if (!text.startsWith("/") || text.includes("\0")) return undefined;
  return normalize(text).replace(/\/$/, "") || undefined;
}

/** A TCP or UDP port. */
export const port: Type<number> = word({
  words: "a port from 1 to 65535",
  json: {
    anyOf: [{ type: "integer", minimum: 1, maximum: 65535 }, { type: "string", pattern: "^[0-9]{1,5}$" }],
  },
  parse: readPort,
});

/** A program and its arguments; a text is split into words as a shell would, but no shell runs it. */
export const commandLine: Type<string[]> = byKind({
  scalar: word({
    words: "a command line",
    parse(text) {
      const words = splitShellWords(text);
      if (!words) throw new Refusal("a command line with every quote closed");
      return text.includes("\0") ? undefined : words;
    },
  }),
  list: list(text(), { of: "words" }),
});

/** IPv4 or IPv6, in its canonical form. */
export const ipAddress: Type<string> = word({
  words: "an IPv4 or IPv6 address",
  json: { type: "string", pattern: "^[0-9a-fA-F:.]+$" },
  parse(text) {
    const address = parseIpAddress(text);
    return address && formatIpAddress(address);
  },
});

/** Permission bits in octal, as `0400` or `0o400`. */
export const fileMode: Type<number> = word({
  words: "permission bits in octal, such as 0400",
  json: { anyOf: [{ type: "integer", minimum: 0 }, { type: "string", pattern: "^0?o?[0-7]{3,4}$" }] },
  parse: (text) =>
    /^(0o)?[0-7]{3,4}$|^0[0-7]{3,4}$/.test(text) ? parseInt(text.replace("0o", ""), 8) : undefined,
});
