/** Changing one key of a configuration file, and nothing else of it. Loads the YAML library. */
import { isMap, isScalar, type Pair, parseDocument, type Scalar, stringify, type YAMLMap } from "yaml";
import { BudgieError } from "../base/errors.ts";
import type { Setting } from "./settings.ts";
import type { PlainValue } from "./value.ts";

/**
 * The text with another value of a setting: every other byte stays, comments and order with them.
 * @param text of a file that has no mistakes
 * @throws BudgieError where the file is written in a way that a program should not change
 */
export function withSetting(text: string, setting: Setting, value: PlainValue): string {
  // As an editor on Windows writes it: a mark before everything, and new lines of two characters.
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const body = text.slice(mark.length);
  const isOfWindows = body.includes("\r\n") && !/(^|[^\r])\n/.test(body);
  const edited = edit(isOfWindows ? body.replaceAll("\r\n", "\n") : body, setting, value);
  return mark + (isOfWindows ? edited.replaceAll("\n", "\r\n") : edited);
}

function edit(text: string, { name, path }: Setting, value: PlainValue): string {
  const document = parseDocument(text);
  const written = yamlText(value);
  const last = path.at(-1)!;
  let map = document.contents as unknown;
  for (const step of path.slice(0, -1)) {
    const pair = isMap(map) ? pairOf(map, step) : undefined;
    if (!pair) return addSection(text, map, [step, `${last}: ${written}`]);
    if (isNothing(pair.value)) return addBelow(text, pair.key as Scalar, `${last}: ${written}`);
    map = pair.value;
  }
  if (!isMap(map)) {
    if (document.contents === null || isNothing(document.contents)) {
      return addLine(text, `${last}: ${written}`);
    }
    throw new BudgieError(`Cannot set ${name}: its section is an alias or no map`, {
      hint: "Edit the file by hand",
    });
  }
  const pair = pairOf(map, last);
  if (!pair) return addKey(text, map, last, written);
  const start = text.indexOf(":", (pair.key as Scalar).range![1]) + 1;
  const [valueStart, valueEnd] = (pair.value as Scalar | null)?.range ?? [start, start];
  // What is said of a list stands before its first line.
  const [comment = ""] = /^[ \t]*#[^\n]*/.exec(text.slice(start, valueStart)) ?? [];
  // A block ends where the next line begins.
  const end = text.slice(0, valueEnd).trimEnd().length;
  return `${text.slice(0, start)} ${written}${comment}${text.slice(Math.max(end, start))}`;
}

/** A value on one line of a file, as `10m`, `[a, b]`, `{ a: [b] }`. */
export function yamlText(value: PlainValue): string {
  return stringify(value, (_key, part) => typeof part === "string" ? unsubstituted(part) : part, {
    collectionStyle: "flow",
    lineWidth: 0,
  }).trim();
}

/** So that a file which says `${` has it still once its variables are in place. */
function unsubstituted(text: string): string {
  return text.replace(/\$(?=[${])/g, "$$$$");
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return (map.items as Pair[]).find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function isNothing(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

/** Beside the comment that `config init` wrote for the key, or else above the first key of the map. */
function addKey(text: string, map: YAMLMap, key: string, written: string): string {
  if (map.flow) {
    const start = map.range![0] + 1;
    const separator = map.items.length > 0 ? "," : " ";
    return `${text.slice(0, start)} ${key}: ${written}${separator}${text.slice(start)}`;
  }
  const first = (map.items[0].key as Scalar).range![0];
  const lineStart = text.lastIndexOf("\n", first - 1) + 1;
  const indent = text.slice(lineStart, first);
  return insertLine(text, commentOf(text, key, indent) ?? lineStart, `${indent}${key}: ${written}`);
}

/** Into a section whose keys are all comments. */
function addBelow(text: string, section: Scalar, line: string): string {
  const indent = "  ";
  const lineEnd = text.indexOf("\n", section.range![1]);
  if (lineEnd < 0) return addLine(text, indent + line);
  const [key] = line.split(":", 1);
  const rest = text.slice(lineEnd + 1);
  const sectionEnd = lineEnd + 1 + (/^[^\s#]/m.exec(rest)?.index ?? rest.length);
  const comment = commentOf(text.slice(0, sectionEnd), key, indent, lineEnd);
  return insertLine(text, comment ?? lineEnd + 1, indent + line);
}

function addSection(text: string, root: unknown, [section, line]: string[]): string {
  if (isMap(root) && root.flow) return addKey(text, root, section, `{ ${line} }`);
  return addLine(text, `${section}:\n  ${line}`);
}

/** Where the line of a key stands that is a comment: `#max_size: 10m`. */
function commentOf(text: string, key: string, indent: string, from = 0): number | undefined {
  const found = new RegExp(`^${indent}# ?${key}:`, "m").exec(text.slice(from));
  return found ? from + found.index : undefined;
}

function addLine(text: string, line: string): string {
  const end = /^\.\.\.(\s|$)/m.exec(text)?.index ?? text.length; // of the document
  const above = text.slice(0, end);
  return `${above}${above === "" || above.endsWith("\n") ? "" : "\n"}${line}\n${text.slice(end)}`;
}

function insertLine(text: string, at: number, line: string): string {
  return `${text.slice(0, at)}${line}\n${text.slice(at)}`;
}
