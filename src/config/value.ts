/** The forms of a setting's value: a node of the file, the text of a variable, plain JSON. */
import { splitList } from "../base/split_list.ts";
import type { Position, TreeNode } from "../yaml/tree.ts";
import type { Setting } from "./settings.ts";

/** As YAML and JSON have it. */
export type PlainValue = string | number | boolean | string[] | { [key: string]: string[] };

const NOWHERE: Position = { line: 1, column: 1 };

/** The node that a variable's text stands for: lists as `a,b`, maps as `key=a,b;other=c`, anything else as it is. */
export function nodeOfVariable({ key }: Setting, text: string): TreeNode {
  const { defaultValue } = key;
  if (Array.isArray(defaultValue)) return listNode(text);
  if (typeof defaultValue !== "object") return scalarNode(text);
  const entries = splitList(text, ";").map((entry) => {
    const [, name, rest] = /^([^=]*)=?(.*)$/s.exec(entry)!;
    return { key: name.trim(), keyPosition: NOWHERE, value: listNode(rest) };
  });
  return { kind: "map", entries, written: text, ...NOWHERE };
}

/**
 * The same value as a variable's text.
 * @param value what the schema read of `node`: a path, for one, is absolute only there
 */
export function variableText(node: TreeNode, value: unknown): string {
  const plain = plainValue(node, value);
  if (Array.isArray(plain)) return plain.join(",");
  if (typeof plain !== "object") return String(plain);
  return Object.entries(plain).map(([name, items]) => `${name}=${items.join(",")}`).join(";");
}

/** For people and programs: a size stays `10m`, as it is written. */
export function plainValue(node: TreeNode, value: unknown): PlainValue {
  if (typeof value !== "number") return value as PlainValue;
  const { text } = node as TreeNode & { kind: "scalar" };
  return /^(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
}

function listNode(text: string): TreeNode {
  return { kind: "list", items: splitList(text, ",").map(scalarNode), written: text, ...NOWHERE };
}

function scalarNode(text: string): TreeNode {
  return { kind: "scalar", text, written: text, ...NOWHERE };
}
