/** `budgie images`. */
import type { Command } from "@commander-js/extra-typings";
import type { Engine } from "../../engine/engine.ts";
import type { StoredImage } from "../../image/image.ts";
import { listImages } from "../../image/list.ts";
import { readState } from "../../store/state.ts";
import type { CliContext } from "../context.ts";
import { IMAGE_HEADERS, imageRow, namesOf } from "../listing/image_row.ts";
import { list } from "../options/list.ts";
import { renderTable } from "../output/table.ts";

interface ImagesFlags {
  digests: boolean;
  filter: string[];
  format?: string;
  trunc: boolean;
  quiet: boolean;
}

export function defineImages(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] [REPOSITORY[:TAG]]")
    .argument("[repository]", "only images of this name")
    .option("-a, --all", "show all images; there are no hidden ones", false)
    .option("--digests", "show digests", false)
    .option(
      "-f, --filter <filter>",
      "only what fits key=value: dangling=true, reference=web:*…",
      list(String),
      [],
    )
    .option("--format <format>", "'json', a Go template, or 'table' and a template")
    .option("--no-trunc", "do not shorten IDs")
    .option("-q, --quiet", "only IDs", false)
    .addHelpText("after", "\nExample:\n  budgie images --format '{{.Repository}}:{{.Tag}} {{.Size}}'")
    .action(async (repository, flags) => {
      const engine = await context.engine();
      const rows = imageRows(engine, await selected(engine, repository, flags), flags);
      const text = await render(rows, flags);
      if (text !== "") context.print(text);
    });
}

const REFERENCE = "reference=";

/** What the arguments ask for, newest first; of an image asked for by name, only the names that fit. */
async function selected(
  { paths }: Engine,
  repository: string | undefined,
  { filter }: ImagesFlags,
): Promise<StoredImage[]> {
  const images = listImages(paths);
  if (filter.length === 0 && repository === undefined) return images;
  const { imageFilter, withNamesLike } = await import("../listing/image_filter.ts");
  const { findImage } = await import("../../image/find.ts");
  const fitting = images.filter(imageFilter(filter, (name) => findImage(paths, name)));
  const patterns = filter.filter((text) => text.startsWith(REFERENCE)).map((text) =>
    text.slice(REFERENCE.length)
  );
  const named = patterns.length === 0 ? fitting : withNamesLike(fitting, patterns);
  return repository === undefined ? named : withNamesLike(named, [repository]);
}

type Rows = ReturnType<typeof imageRow>[];

function imageRows({ paths }: Engine, images: StoredImage[], { trunc }: ImagesFlags): Rows {
  const used = Object.values(readState(paths).containers).map(({ imageId }) => imageId);
  return images.flatMap((image) => {
    const containers = used.filter((id) => id === image.id).length;
    return namesOf(image).map((name) =>
      imageRow(image, name, { now: Date.now(), truncate: trunc, containers })
    );
  });
}

async function render(rows: Rows, { digests, format, quiet }: ImagesFlags): Promise<string> {
  if (format && format !== "table") {
    const { formatRows } = await import("../output/format.ts");
    return await formatRows(rows, format, IMAGE_HEADERS);
  }
  if (quiet) return [...new Set(rows.map(({ ID }) => ID))].join("\n");
  const digest = digests ? ["Digest" as const] : [];
  const columns = ["Repository", "Tag", ...digest, "ID", "CreatedSince", "Size"] as const;
  return await renderTable([
    columns.map((column) => IMAGE_HEADERS[column]),
    ...rows.map((row) => columns.map((column) => row[column])),
  ]);
}
