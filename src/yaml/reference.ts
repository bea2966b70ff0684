/** Parts of a reference page in Markdown, made of a schema. */
import { writeTable } from "../base/markdown_table.ts";
import { literalText } from "./tree.ts";
import { notYetWords } from "./types/object.ts";
import type { Key, Type } from "./types/type.ts";

/** The section of a key at the top, with a table for each map in it. */
export function describeKey(name: string, key: Key<unknown>): string {
  const facts = [
    `- Type: ${key.type.words}`,
    ...(key.type.unit ? [`- Unit of a number alone: ${key.type.unit}`] : []),
    key.presence === "required" ? "- Required" : `- Default: ${describeDefault(key)}`,
  ];
  return [
    `### ${name}\n`,
    aboutOf(key) + "\n",
    facts.join("\n") + "\n",
    "```yaml\n" + writeExample(name, key.example) + "\n```\n",
    ...mapsWithin(key.type, name).map(({ path, map }) => describeMap(path, map)),
  ].join("\n");
}

/** In Markdown: what it is for, and whether it is there. */
export function aboutOf(key: Key<unknown>): string {
  return (key.notYet ? `**${notYetWords(key)}** ` : "") + key.about;
}

/** `name: value`, or the value on lines of its own if it is a block. */
export function writeExample(name: string, example: string): string {
  const isBlock = /^- |^[\w.]+:( |$)|\n/.test(example);
  return isBlock ? `${name}:\n${example.replace(/^/gm, "  ")}` : `${name}: ${example}`;
}

/** In Markdown: what holds when nothing is written. */
export function describeDefault({ defaultValue, otherwise }: Key<unknown>): string {
  if (otherwise !== undefined || defaultValue === undefined) return otherwise ?? "";
  const text = literalText(defaultValue);
  return text === undefined ? "none" : `\`${text}\``;
}

/** A line for each rule between the keys of a map. */
export function describeRules(type: Type<unknown>): string {
  return (type.rules ?? []).map((rule) => `- Rule: ${rule}\n`).join("");
}

/** Every map with fixed keys in a type, with the path of a key to it: `ports[]`. */
export function mapsWithin(type: Type<unknown>, path: string): { path: string; map: Type<unknown> }[] {
  if (type.keys) {
    const below = Object.entries(type.keys).flatMap(([name, key]) => mapsWithin(key.type, `${path}.${name}`));
    return [{ path, map: type }, ...below];
  }
  return (type.parts ?? []).flatMap((part) => mapsWithin(part.type, path + part.suffix));
}

function describeMap(path: string, map: Type<unknown>): string {
  const rows = Object.entries(map.keys!).map(([name, key]) => {
    const type = key.type.words.startsWith(key.type.unit ?? "")
      ? key.type.words
      : `${key.type.words} (${key.type.unit})`;
    const fallback = key.presence === "required" ? "**required**" : describeDefault(key);
    const example = key.example.split("\n").map((line) => `\`${line}\``).join("<br>");
    return [`\`${name}\``, aboutOf(key), type, fallback, example];
  });
  const rules = describeRules(map);
  return [
    `In \`${path}\`:\n`,
    writeTable(["key", "", "type", "default", "example"], rows),
    ...(rules ? ["", rules.trimEnd()] : []),
    "",
  ].join("\n");
}
