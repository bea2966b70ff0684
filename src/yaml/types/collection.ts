/** Values that are made of others. */
import { quoteUnlessPlain, type TreeNode } from "../tree.ts";
import { Place, type Type } from "./type.ts";

/** What is said of a list in words, and which items contradict each other. */
export interface ListOptions<T> {
  /** what the items are, in the plural: "names" */
  of?: string;
  /** two items with the same identity are one too many; undefined: never the same as another */
  identity?: (item: T) => string | undefined;
}

/** Items of one type, in their order. */
export function list<T>(item: Type<T>, options: ListOptions<T> = {}): Type<T[]> {
  const words = options.of ? `a list of ${options.of}` : "a list";
  return {
    words,
    json: { type: "array", items: item.json },
    parts: [{ suffix: "[]", type: item }],
    read(node, place) {
      if (node.kind !== "list") return place.refuse(node, words);
      const firstLines = new Map<string, number>();
      return node.items.flatMap((itemNode, index) => {
        const value = item.read(itemNode, place.at(index));
        if (value === undefined) return [];
        const identity = options.identity?.(value);
        if (identity !== undefined) {
          const first = firstLines.get(identity);
          if (first) {
            place.at(index).report(itemNode, `repeats ${quoteUnlessPlain(identity)} of line ${first}`);
          } else firstLines.set(identity, itemNode.line);
        }
        return [value];
      });
    },
  };
}

/** One item, or a list of them. */
export function oneOrList<T>(item: Type<T>, options: ListOptions<T> = {}): Type<T[]> {
  return byKind({ scalar: transform(item, (value) => [value]), list: list(item, options) });
}

/**
 * Names of the person's choice, each with a value.
 * @param of what is mapped to what, in words: "names to conditions"
 */
export function mapOf<T>(of: string, key: Type<string>, value: Type<T>): Type<Record<string, T>> {
  const words = `a map of ${of}`;
  return {
    words,
    json: { type: "object", additionalProperties: value.json },
    parts: [{ suffix: ".NAME", type: value }],
    read(node, place) {
      if (node.kind !== "map") return place.refuse(node, words);
      const keyPlace = new Place(place.context, `a name in ${place.path}`);
      return Object.fromEntries(node.entries.flatMap((entry) => {
        const keyNode = {
          kind: "scalar",
          text: entry.key,
          written: entry.key,
          ...entry.keyPosition,
        } as const;
        const name = key.read(keyNode, keyPlace);
        const result = value.read(entry.value, place.at(entry.key));
        return name === undefined || result === undefined ? [] : [[name, result] as const];
      }));
    },
  };
}

/** Nothing written after the colon. */
export function nothing<T>(value: T): Type<T> {
  return {
    words: "nothing",
    json: { type: "null" },
    read: (node, place) => node.kind === "null" ? value : place.refuse(node, "nothing"),
  };
}

/** Different forms of one value, told apart by how they are written, so that a mistake is said of the right one. */
export function byKind<T>(forms: Partial<Record<"scalar" | "list" | "map" | "null", Type<T>>>): Type<T> {
  const types = Object.values(forms);
  const words = types.map((type) => type.words).join(", or ");
  return {
    words,
    unit: types[0].unit,
    json: { anyOf: types.map((type) => type.json) },
    parts: types.map((type) => ({ suffix: "", type })),
    read(node, place) {
      const type = node.kind === "broken" ? undefined : forms[node.kind];
      return type ? type.read(node, place) : place.refuse(node, words);
    },
  };
}

/** The same on paper, another value in the program; undefined only after a problem was reported to `place`. */
export function transform<T, U>(
  type: Type<T>,
  change: (value: T, place: Place, node: TreeNode) => U | undefined,
): Type<U> {
  return {
    ...type,
    read(node, place) {
      const value = type.read(node, place);
      return value === undefined ? undefined : change(value, place, node);
    },
  };
}
