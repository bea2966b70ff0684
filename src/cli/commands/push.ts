/** `budgie push`. */
import type { Command } from "@commander-js/extra-typings";
import { formatReference, parseReference } from "../../../oci/reference.ts";
import { formatDecimalSize } from "../../base/units.ts";
import { pushImage } from "../../image/push.ts";
import { registrySettings } from "../../image/registry/settings.ts";
import type { CliContext } from "../context.ts";
import { refuseFlags } from "../options/not_yet.ts";

const BY = { exists: "is there already", mounted: "mounted", uploaded: "pushed" };

export function definePush(command: Command, context: CliContext): void {
  refuseFlags(command, ["-a, --all-tags", "--disable-content-trust", "--platform <platform>"]);
  command
    .usage("[OPTIONS] IMAGE")
    .argument("<image>", "name of an image here, whose registry is where it goes")
    .option("-q, --quiet", "print only the reference", false)
    .addHelpText("after", "\nExample:\n  budgie push registry.example.com/team/web:1.0")
    .action(async (image, { quiet }) => {
      const { paths } = await context.engine();
      const tell = (line: string) => {
        if (!quiet) context.notify(line);
      };
      const { tag, digest, sizeBytes } = await pushImage(paths, image, {
        registries: registrySettings(Deno.env),
        onBlob: ({ digest, size, by, from }) =>
          tell(
            `${digest.slice(7, 19)}: ${BY[by]}${from ? ` from ${from}` : ""} (${formatDecimalSize(size)})`,
          ),
        onEvent: (event) => {
          if (event.kind === "retry") tell(`${event.what}: ${event.reason}; trying again`);
        },
        signal: context.signal(),
      });
      if (quiet) context.print(formatReference(parseReference(image)));
      else context.print(`${tag}: digest: ${digest} size: ${sizeBytes}`);
    });
}
