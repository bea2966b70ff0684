/** The effective configuration as text. Loads the YAML library. */
import type { EffectiveValue } from "./effective.ts";
import { yamlText } from "./edit.ts";

/** YAML that a configuration file may hold; with `origins`, each line says where its value comes from. */
export function effectiveYaml(values: readonly EffectiveValue[], { origins }: { origins: boolean }): string {
  const lines: string[] = [];
  let section: string | undefined;
  for (const { setting: { path }, value, origin } of values) {
    const above = path.length > 1 ? path[0] : undefined;
    if (above !== undefined && above !== section) lines.push(`${above}:`);
    section = above;
    // What has no value can't be written as one.
    const line = `${path.at(-1)}:${value === undefined ? "" : ` ${yamlText(value)}`}`;
    lines.push(
      `${above ? "  " : ""}${value === undefined ? "#" : ""}${line}${origins ? `  # ${origin}` : ""}`,
    );
  }
  return lines.join("\n");
}

/** The same as one object; with `origins`, each value is an object with `value` and `origin`. */
export function effectiveJson(values: readonly EffectiveValue[], { origins }: { origins: boolean }): string {
  const root: Record<string, unknown> = {};
  for (const { setting: { path }, value = null, origin } of values) {
    const above = path.slice(0, -1).reduce(
      (within, step) => (within[step] ??= {}) as Record<string, unknown>,
      root,
    );
    above[path.at(-1)!] = origins ? { value, origin } : value;
  }
  return JSON.stringify(root, null, 2);
}
