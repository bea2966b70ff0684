/** NAME and value, many times: a map, or a list of `NAME=value`. */
import { byKind, list, mapOf, nothing, transform } from "../../yaml/types/collection.ts";
import { Refusal, text, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";

/** `V` is string, and null too where a name may stand alone. */
export interface AssignmentOptions<V extends string | null> {
  /** what a name is, in words and as a pattern of the whole name */
  nameWords: string;
  name: RegExp;
  /** the value of a name that stands alone; undefined: there has to be a value */
  alone?: V;
  /** values may be secrets: no message shows one */
  secret?: boolean;
}

/** Values come as they are written: `1.10` is "1.10" and `true` is "true". */
export function assignments<V extends string | null = string>(
  options: AssignmentOptions<V | string>,
): Type<Record<string, V | string>> {
  const { nameWords, name, alone, secret } = options;
  const value = word<V | string>({
    words: "a text",
    secret,
    parse: (text) => text.includes("\0") ? undefined : text,
  });
  const pairWords = alone === undefined ? "NAME=value" : "NAME=value or NAME";
  const pair = word<[string, V | string]>({
    words: pairWords,
    secret,
    json: { type: "string" },
    parse(text) {
      const [key, ...rest] = text.split("=");
      if (!name.test(key)) throw new Refusal(`NAME=value, where the name is ${nameWords}`);
      const written = rest.length > 0 ? rest.join("=") : alone;
      return written === undefined || written?.includes("\0") ? undefined : [key, written];
    },
  });
  return byKind({
    map: mapOf(
      "names to values",
      text(nameWords, name),
      alone === undefined ? value : byKind({ scalar: value, null: nothing(alone) }),
    ),
    list: transform(
      list(pair, { of: pairWords, identity: ([key]) => key }),
      (pairs) => Object.fromEntries(pairs),
    ),
  });
}

/** The container's variables; null: as the host has it. */
export const environment: Type<Record<string, string>> = transform(
  assignments<string | null>({
    nameWords: "letters, digits, '_', '.' and '-', not beginning with a digit",
    name: /^[A-Za-z_][A-Za-z0-9_.-]*$/,
    alone: null,
    secret: true,
  }),
  (variables, { context: { env } }) =>
    Object.fromEntries(
      Object.entries(variables)
        .map(([name, value]) => [name, value ?? (Object.hasOwn(env, name) ? env[name] : undefined)])
        .filter((variable): variable is [string, string] => variable[1] !== undefined),
    ),
);

/** A name alone has the value "". */
export const labels: Type<Record<string, string>> = assignments({
  nameWords: "a name without blanks and '='",
  name: /^[^\s=]+$/,
  alone: "",
});

/** Only those that a container has of its own (sysctl namespaces of IPC, UTS and network). */
export const sysctls: Type<Record<string, string>> = assignments({
  nameWords: "net.…, fs.mqueue.…, kernel.domainname, kernel.sem, kernel.msgmax, .msgmnb, .msgmni, " +
    "kernel.shmall, .shmmax, .shmmni or .shm_rmid_forced",
  name:
    /^(net\.[\w.\/-]+|fs\.mqueue\.\w+|kernel\.(domainname|sem|msgmax|msgmnb|msgmni|shmall|shmmax|shmmni|shm_rmid_forced))$/,
});
