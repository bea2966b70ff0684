/** What `config init` writes: every key with its default, in comments. */
import { writeExample } from "../yaml/reference.ts";
import { literalText } from "../yaml/tree.ts";
import { notYetWords } from "../yaml/types/object.ts";
import type { Key } from "../yaml/types/type.ts";
import { configSchema } from "./schema.ts";
import { SETTINGS } from "./settings.ts";

const HEAD = `# The configuration of budgie. Each key is here with its default: take the # away to change it.
# A variable, named beside each key, goes before this file. 'budgie config validate' checks the file,
# 'budgie config --show-origin' shows what holds and why.
`;

const LINE_WIDTH = 100;

/** The text of a file that changes nothing. */
export function configTemplate(): string {
  const parts = Object.entries(configSchema.keys!).map(([name, key]) => {
    if (!key.type.keys) return describe([name], key, "");
    const keys = Object.entries(key.type.keys).map(([within, key]) => describe([name, within], key, "  "));
    return `${comment(key.about, "")}${name}:\n${keys.join("\n")}`;
  });
  return [HEAD, ...parts].join("\n");
}

function describe(path: string[], key: Key<unknown>, indent: string): string {
  const { variable } = SETTINGS.find(({ name }) => name === path.join("."))!;
  const { defaultValue, example, otherwise, type } = key;
  const shown = defaultValue === undefined ? undefined : literalText(defaultValue);
  const fallback = shown ?? otherwise ?? "none";
  const facts = [`Type: ${type.words}.`, ...(type.unit ? [`Unit of a number alone: ${type.unit}.`] : [])];
  const words = `${facts.join(" ")} Default: ${fallback}. Variable: ${variable}`;
  const written = writeExample(path.at(-1)!, shown ?? example);
  const about = key.notYet ? `${notYetWords(key)} ${key.about}` : key.about;
  return comment(about, indent) + comment(words, indent) + written.replace(/^/gm, `${indent}#`) + "\n";
}

function comment(markdown: string, indent: string): string {
  const lines: string[] = [];
  for (const word of markdown.replaceAll("`", "").split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE_WIDTH) lines.push(`${lines.pop()} ${word}`);
    else lines.push(`${indent}# ${word}`);
  }
  return lines.join("\n") + "\n";
}
