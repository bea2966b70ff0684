/** What all `inspect` commands print. */
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";

/**
 * What was found is printed even where some was not: a script gets `[]` and the failure code.
 * @param options.find throws for what is not there
 */
export async function printInspected(
  context: CliContext,
  names: readonly string[],
  { find, format }: { find: (name: string) => unknown; format: string | undefined },
): Promise<void> {
  const found: unknown[] = [];
  const missing: unknown[] = [];
  for (const name of names) {
    try {
      found.push(await find(name));
    } catch (error) {
      missing.push(error);
    }
  }
  if (!format) context.print(JSON.stringify(found, null, 4));
  else if (format.trim() === "json") context.print(JSON.stringify(found));
  else {
    const { parseTemplate } = await import("../../base/template/mod.ts");
    const template = parseTemplate(format);
    await forEach(context, found, (thing) => context.print(template.execute(thing)));
  }
  for (const error of missing) context.report(error);
}
