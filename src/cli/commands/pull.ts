/** `budgie pull`. */
import type { Command } from "@commander-js/extra-typings";
import { formatReference, parseReference } from "../../../oci/reference.ts";
import { UsageError } from "../../base/errors.ts";
import { pullImage } from "../../image/pull.ts";
import { registrySettings } from "../../image/registry/settings.ts";
import type { CliContext } from "../context.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { showPull } from "../output/pull_progress.ts";

export function definePull(command: Command, context: CliContext): void {
  refuseFlags(command, ["-a, --all-tags", "--disable-content-trust"]);
  command
    .usage("[OPTIONS] IMAGE")
    .argument("<image>", "reference: name, name:tag, name@sha256:…, host:port/name")
    .option("-q, --quiet", "print only the reference", false)
    .option("--platform <platform>", "choose the image for os/architecture[/variant]")
    .option("--all-platforms", "fetch the images for all platforms, and unpack this machine's", false)
    .addHelpText("after", "\nExample:\n  budgie pull --platform linux/arm64 debian:12")
    .action(async (image, { quiet, platform, allPlatforms }) => {
      if (allPlatforms && platform !== undefined) {
        throw new UsageError("Cannot use --all-platforms with --platform: one is among all", {
          hint: "A container takes another platform's image with 'budgie run --platform'",
        });
      }
      const { paths } = await context.engine();
      {
        using progress = showPull(context, { quiet });
        await pullImage(paths, image, {
          platform,
          allPlatforms,
          registries: registrySettings(Deno.env),
          onEvent: progress.onEvent,
          signal: context.signal(),
        });
      }
      context.print(formatReference(parseReference(image)));
    });
}
