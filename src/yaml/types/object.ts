/** Maps with fixed keys. */
import { didYouMean } from "../../base/did_you_mean.ts";
import { type Literal, literalNode, type MapNode, quote, type TreeNode } from "../tree.ts";
import type { JsonSchema, Key, KeyText, Place, Type } from "./type.ts";

/** A key that has to be there. */
export function required<T>(type: Type<T>, text: KeyText<T>): Key<T, "required"> {
  return { type, presence: "required", ...text };
}

/** A key that may be left out; then its value is undefined. */
export function optional<T>(type: Type<T>, text: KeyText<T> & { otherwise: string }): Key<T, "optional"> {
  return { type, presence: "optional", ...text };
}

/** A key that is read as if `defaultValue` were written when it is left out. */
export function withDefault<T>(
  type: Type<T>,
  defaultValue: Literal,
  text: KeyText<T>,
): Key<T, "default"> {
  return { type, presence: "default", defaultValue, ...text };
}

// deno-lint-ignore no-explicit-any -- see Type.keys
type Keys = Readonly<Record<string, Key<any>>>;

/** What a map with these keys reads to. */
export type ObjectOf<K extends Keys> = {
  [Name in keyof K]: K[Name] extends Key<infer T, infer Presence>
    ? "optional" extends Presence ? T | undefined : T
    : never;
};

/** What holds between keys. */
export interface Rule<T> {
  /** a sentence for the person, in messages and in the reference */
  about: string;
  /** The key at fault, if any. Keys with problems of their own are undefined in `value`. */
  broken(value: Partial<T>, written: ReadonlySet<string>): keyof T & string | undefined;
  /** the same as JSON Schema, where it can be said */
  json?: JsonSchema;
}

/** Of these keys at most one is written. */
export function exclusive<T>(...names: (keyof T & string)[]): Rule<T> {
  return {
    about: `only one of ${names.join(", ")} may be given`,
    broken: (_value, written) => names.filter((name) => written.has(name))[1],
    json: {
      not: {
        anyOf: names.flatMap((a, index) => names.slice(index + 1).map((b) => ({ required: [a, b] }))),
      },
    },
  };
}

/** What holds between keys, and for keys that do not exist. */
export interface ObjectOptions<T> {
  rules?: Rule<T>[];
  /** what people may write who come from elsewhere, and where it belongs here */
  elsewhere?: Readonly<Record<string, string>>;
}

/** A map with fixed keys; any other key is reported, with a guess or with where it belongs. */
export function object<const K extends Keys>(
  keys: K,
  options: ObjectOptions<ObjectOf<K>> = {},
): Type<ObjectOf<K>> {
  const names = Object.keys(keys);
  const words = `a map of ${
    names.length > 8 ? `keys such as ${names.slice(0, 3).join(", ")}` : names.join(", ")
  }`;
  const rules = options.rules ?? [];
  return {
    words,
    json: objectJson(keys, rules),
    keys,
    rules: rules.map((rule) => rule.about),
    read(node, place) {
      if (node.kind !== "map") return place.refuse(node, words);
      for (const { key, keyPosition } of node.entries) {
        if (Object.hasOwn(keys, key)) continue;
        place.context.problems.add(keyPosition, unknownKey(key, names, place, options.elsewhere));
      }
      const entries = new Map(node.entries.map(({ key, value }) => [key, value]));
      const { values, isWhole } = readKeys(keys, entries, place, node);
      for (const rule of rules) {
        const fault = rule.broken(values as Partial<ObjectOf<K>>, new Set(entries.keys()));
        if (fault) place.at(fault).forbid(entries.get(fault) ?? node, rule.about);
      }
      return isWhole ? values as ObjectOf<K> : undefined;
    },
  };
}

/** What the keys hold; `isWhole` unless one is missing or bad, which is then reported. */
function readKeys(keys: Keys, entries: ReadonlyMap<string, TreeNode>, place: Place, map: MapNode) {
  const values: Record<string, unknown> = {};
  let isWhole = true;
  for (const [name, key] of Object.entries(keys)) {
    const node = entries.get(name) ?? defaultNode(key, map);
    if (node) values[name] = key.type.read(node, place.at(name));
    else if (key.presence !== "required") continue;
    else place.at(name).report(map, `is missing; write ${name}: ${key.example}`);
    if (values[name] === undefined) isWhole = false;
  }
  return { values, isWhole };
}

/** A word that is short for a map with this one key: `image: nginx` for `image: { docker_image: nginx }`. */
export function shortFor<T>(map: Type<T>, key: string, value: Type<unknown>): Type<T> {
  return {
    words: value.words,
    json: value.json,
    read(node, place) {
      if (value.read(node, place) === undefined) return undefined;
      const { line, column, written } = node;
      const entry = { key, keyPosition: { line, column }, value: node };
      return map.read({ kind: "map", entries: [entry], line, column, written }, place);
    },
  };
}

function defaultNode({ defaultValue }: Key<unknown>, { line, column }: MapNode) {
  return defaultValue === undefined ? undefined : literalNode(defaultValue, { line, column });
}

function unknownKey(
  key: string,
  names: string[],
  place: Place,
  elsewhere: Readonly<Record<string, string>> = {},
) {
  const where = place.path === "" ? "" : ` in ${place.path}`;
  const start = `unknown key ${quote(key)}${where}`;
  if (Object.hasOwn(elsewhere, key)) return `${start}; write ${elsewhere[key]}`;
  const guess = didYouMean(key, names);
  if (guess === undefined) return `${start}; the keys are ${names.join(", ")}`;
  // A long list would bury the guess.
  return `${start}; did you mean '${guess}'?${names.length > 12 ? "" : ` The keys are ${names.join(", ")}`}`;
}

function objectJson(keys: Keys, rules: readonly { json?: JsonSchema }[]): JsonSchema {
  const requiredNames = Object.keys(keys).filter((name) => keys[name].presence === "required");
  const ruleSchemas = rules.flatMap(({ json }) => json ?? []);
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, keyJson(key)])),
    ...(requiredNames.length > 0 && { required: requiredNames }),
    additionalProperties: false,
    ...(ruleSchemas.length > 0 && { allOf: ruleSchemas }),
  };
}

/** `Not supported yet.`, or `Not supported yet, except for …` */
export function notYetWords({ notYet }: Key<unknown>): string {
  return notYet?.except ? `Not supported yet, except for ${notYet.except}.` : "Not supported yet.";
}

function keyJson(key: Key<unknown>): JsonSchema {
  const description = key.about + (key.notYet ? ` ${notYetWords(key)}` : "");
  return {
    description: description.replaceAll("`", ""),
    ...(key.defaultValue !== undefined && { default: key.defaultValue }),
    ...key.type.json,
  };
}
