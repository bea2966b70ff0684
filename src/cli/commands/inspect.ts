/** `budgie inspect`, `container inspect`, `image inspect`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { NotFoundError } from "../../base/errors.ts";
import { containerSize, describeContainer } from "../../engine/describe.ts";
import type { Engine } from "../../engine/engine.ts";
import { firewallsBefore } from "../../engine/firewalls.ts";
import { findImage } from "../../image/find.ts";
import type { CliContext } from "../context.ts";
import { inspectContainer } from "../inspect/container.ts";
import { inspectImage } from "../inspect/image.ts";
import { printInspected } from "../inspect/print.ts";

/** In the order in which docker looks for a name. */
const TYPES = ["container", "image", "network"] as const;

type ObjectType = typeof TYPES[number];

interface InspectFlags {
  format?: string;
  size: boolean;
}

export function defineInspect(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] NAME|ID [NAME|ID...]")
    .argument("<name...>", "names or IDs of containers, images or networks")
    .option("-f, --format <template>", "'json', or a Go template such as '{{.State.Pid}}'")
    .option("-s, --size", "add the sizes of containers", false)
    .addOption(
      new Option("--type <type>", "look only for this kind").choices(TYPES),
    )
    .addHelpText("after", "\nExample:\n  budgie inspect --format '{{.State.Status}}' web")
    .action((names, { type, ...flags }) => inspect(context, names, type ? [type] : TYPES, flags));
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

async function inspect(
  context: CliContext,
  names: string[],
  types: readonly ObjectType[],
  { format, size }: InspectFlags,
): Promise<void> {
  const engine = await context.engine();
  await printInspected(context, names, { find: (name) => inspectOne(engine, name, types, size), format });
}

async function inspectOne(
  engine: Engine,
  name: string,
  types: readonly ObjectType[],
  size: boolean,
): Promise<unknown> {
  for (const type of types) {
    const found = await inspectAs(type, engine, { name, size });
    if (found !== undefined) return found;
  }
  throw new NotFoundError(types.length > 1 ? "object" : types[0], name);
}

/** undefined when there is no such thing of this type. */
async function inspectAs(
  type: ObjectType,
  engine: Engine,
  { name, size }: { name: string; size: boolean },
): Promise<unknown> {
  try {
    switch (type) {
      case "container":
        return await inspectContainerByName(engine, name, size);
      case "image":
        return inspectImageByName(engine, name);
      case "network":
        return await inspectNetworkByName(engine, name);
    }
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function inspectContainerByName(engine: Engine, name: string, size: boolean): Promise<unknown> {
  const details = describeContainer(engine, name);
  const firewalls = await firewallsBefore(details);
  return inspectContainer(
    { ...details, firewalls },
    size ? containerSize(engine, details.record) : undefined,
  );
}

function inspectImageByName(engine: Engine, name: string): unknown {
  const image = findImage(engine.paths, name);
  return image && inspectImage(image);
}

async function inspectNetworkByName(engine: Engine, name: string): Promise<unknown> {
  const { findNetworkView } = await import("../../engine/network/list_networks.ts");
  const { networkHost } = await import("../../engine/network/network_host.ts");
  const { inspectNetwork } = await import("../inspect/network.ts");
  return inspectNetwork(findNetworkView(engine, name, await networkHost()));
}
