/** `budgie inspect`, `container inspect`, `image inspect`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { NotFoundError } from "../../base/errors.ts";
import { containerSize, describeContainer } from "../../engine/describe.ts";
import type { Engine } from "../../engine/engine.ts";
import { findImage } from "../../image/find.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { inspectContainer } from "../inspect/container.ts";
import { inspectImage } from "../inspect/image.ts";

type ObjectType = "container" | "image";

interface InspectFlags {
  format?: string;
  size: boolean;
}

export function defineInspect(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] NAME|ID [NAME|ID...]")
    .argument("<name...>", "containers, or images")
    .option("-f, --format <template>", "'json', or a Go template such as '{{.State.Pid}}'")
    .option("-s, --size", "add the sizes of containers", false)
    .addOption(
      new Option("--type <type>", "look only for these").choices(["container", "image"] as const),
    )
    .addHelpText("after", "\nExample:\n  budgie inspect --format '{{.State.Status}}' web")
    .action((names, { type, ...flags }) =>
      inspect(context, names, type ? [type] : ["container", "image"], flags)
    );
}

export function defineContainerInspect(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs")
    .option("-f, --format <template>", "'json', or a Go template such as '{{.State.Pid}}'")
    .option("-s, --size", "add the sizes", false)
    .addHelpText("after", "\nExample:\n  budgie container inspect -s web")
    .action((names, flags) => inspect(context, names, ["container"], flags));
}

export function defineImageInspect(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] IMAGE [IMAGE...]")
    .argument("<image...>", "references or IDs")
    .option("-f, --format <template>", "'json', or a Go template such as '{{.Config.Cmd}}'")
    .addHelpText("after", "\nExample:\n  budgie image inspect --format '{{.Config.Cmd}}' nginx")
    .action((names, flags) => inspect(context, names, ["image"], { ...flags, size: false }));
}

/** Prints what was found even where some was not: a script gets `[]` and the failure code. */
async function inspect(
  context: CliContext,
  names: string[],
  types: ObjectType[],
  { format, size }: InspectFlags,
): Promise<void> {
  const engine = await context.engine();
  const found: unknown[] = [];
  const missing: unknown[] = [];
  for (const name of names) {
    try {
      found.push(inspectOne(engine, name, types, size));
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

function inspectOne(
  engine: Engine,
  name: string,
  types: ObjectType[],
  size: boolean,
): unknown {
  for (const type of types) {
    const found = type === "container"
      ? inspectContainerByName(engine, name, size)
      : inspectImageByName(engine, name);
    if (found !== undefined) return found;
  }
  throw new NotFoundError(types.length > 1 ? "object" : types[0], name);
}

function inspectContainerByName(engine: Engine, name: string, size: boolean): unknown {
  try {
    const details = describeContainer(engine, name);
    return inspectContainer(details, size ? containerSize(engine, details.record) : undefined);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function inspectImageByName(engine: Engine, name: string): unknown {
  const image = findImage(engine.paths, name);
  return image && inspectImage(image);
}
