/** `budgie images`. */
import type { Command } from "@commander-js/extra-typings";
import { listImages } from "../../image/list.ts";
import { readState } from "../../store/state.ts";
import type { CliContext } from "../context.ts";
import { IMAGE_HEADERS, imageRow, namesOf } from "../listing/image_row.ts";
import { list } from "../options/list.ts";
import { renderTable } from "../output/table.ts";

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
      const { paths } = await context.engine();
      let images = listImages(paths);
      if (flags.filter.length > 0) {
        const { imageFilter } = await import("../listing/image_filter.ts");
        const { findImage } = await import("../../image/find.ts");
        images = images.filter(imageFilter(flags.filter, (name) => findImage(paths, name)));
      }
      if (repository !== undefined) {
        const { withNamesLike } = await import("../listing/image_filter.ts");
        images = withNamesLike(images, repository);
      }
      const records = Object.values(readState(paths).containers);
      const rows = images.flatMap((image) => {
        const containers = records.filter(({ imageId }) => imageId === image.id).length;
        const options = { now: Date.now(), truncate: flags.trunc, containers };
        return namesOf(image).map((name) => imageRow(image, name, options));
      });
      if (flags.quiet && flags.format === undefined) {
        const ids = new Set(rows.map(({ ID }) => ID));
        if (ids.size > 0) context.print([...ids].join("\n"));
        return;
      }
      if (flags.format !== undefined && flags.format !== "table") {
        const { formatRows } = await import("../output/format.ts");
        const text = await formatRows(rows, flags.format, IMAGE_HEADERS);
        return text === "" ? undefined : context.print(text);
      }
      const digest = flags.digests ? ["Digest" as const] : [];
      const columns = ["Repository", "Tag", ...digest, "ID", "CreatedSince", "Size"] as const;
      context.print(
        await renderTable([
          columns.map((column) => IMAGE_HEADERS[column]),
          ...rows.map((row) => columns.map((column) => row[column])),
        ]),
      );
    });
}
