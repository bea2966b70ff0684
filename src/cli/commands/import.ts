/** `budgie import`: an image out of a root file system. */
import type { Command } from "@commander-js/extra-typings";
import { importImage } from "../../image/import.ts";
import type { CliContext } from "../context.ts";
import { openArchive } from "../options/archive_input.ts";
import { collectEnvironment } from "../options/environment.ts";
import { parseWords } from "../options/image_words.ts";
import { parseLabel } from "../options/key_value.ts";
import { list } from "../options/list.ts";
import { refuseFlags } from "../options/not_yet.ts";

export function defineImport(command: Command, context: CliContext): void {
  refuseFlags(command, ["-c, --change <instruction>"]);
  command
    .usage("[OPTIONS] FILE|- [REPOSITORY[:TAG]]")
    .argument("<file>", "tar archive, plain or compressed with gzip or zstd; '-' is standard input")
    .argument("[reference]", "name of the new image")
    .option("--cmd <command>", "default command: words, or a JSON list")
    .option("--entrypoint <command>", "entrypoint: words, or a JSON list")
    .option("-e, --env <variable>", "NAME=value of the image's environment", list(String), [])
    .option("-w, --workdir <directory>", "working directory")
    .option("-u, --user <user>", "user[:group] to run as")
    .option("-l, --label <label>", "label of the image: key=value", list(parseLabel), [])
    .option("-m, --message <text>", "comment in the image's history")
    .option("--platform <platform>", "os/architecture[/variant] the files are for")
    .addHelpText("after", "\nExample:\n  budgie import --cmd /bin/sh rootfs.tar.gz base:1")
    .action(async (file, reference, flags) => {
      const { paths } = await context.engine();
      const image = await importImage(paths, openArchive("import", file), {
        reference,
        cmd: flags.cmd === undefined ? undefined : parseWords("--cmd", flags.cmd),
        entrypoint: flags.entrypoint === undefined ? undefined : parseWords("--entrypoint", flags.entrypoint),
        env: collectEnvironment(flags.env, [], Deno.env.toObject()),
        workdir: flags.workdir,
        user: flags.user,
        labels: Object.fromEntries(flags.label),
        message: flags.message,
        platform: flags.platform,
        signal: context.signal(),
      });
      context.print(image.id);
    });
}
