/** `budgie secret create`. */
import type { Command } from "@commander-js/extra-typings";
import { BudgieError, UsageError } from "../../base/errors.ts";
import { readAtMost } from "../../base/bounded_read.ts";
import { whyUnreadable } from "../../base/text_file.ts";
import type { CliContext } from "../context.ts";
import { parseLabel } from "../options/key_value.ts";
import { list } from "../options/list.ts";
import { refuseFlags } from "../options/not_yet.ts";

/** One more than a secret may have, so that whoever stores it can say so. */
const MAX_READ_BYTES = 500 * 1024 + 1;

export function defineSecretCreate(command: Command, context: CliContext): void {
  refuseFlags(command, [
    "-d, --driver <driver>",
    "--driver-opts <options>",
    "--template-driver <driver>",
    "--env",
  ]);
  command
    .usage("[OPTIONS] NAME [FILE|-]")
    .argument("<name>", "name of the secret")
    .argument("[file]", "file with the value; '-', or nothing: standard input")
    .option("-l, --label <label>", "add a label: key=value", list(parseLabel))
    .option(
      "--replace",
      "give the secret a new value, if it is there; running containers see it at once",
      false,
    )
    .addHelpText("after", "\nExample:\n  budgie secret create db_password password.txt")
    .action(async (name, file, { label, replace }) => {
      const { createSecret } = await import("../../engine/secret/store.ts");
      const value = readValue(file);
      const { id } = await createSecret(await context.engine(), name, value, {
        labels: label && Object.fromEntries(label),
        replace,
        onWarning: (message) => context.notify(`Warning: ${message}`),
      });
      context.print(id);
    });
}

function readValue(file: string | undefined): Uint8Array<ArrayBuffer> {
  if (file === undefined && Deno.stdin.isTerminal()) {
    throw new UsageError("Cannot read the value: no file is named, and standard input is a terminal", {
      hint: "Name a file, or pipe the value in; with '-' it is what you type, up to Ctrl-D",
    });
  }
  try {
    return file === undefined || file === "-" ? readStandardInput() : readAtMost(file, MAX_READ_BYTES);
  } catch (cause) {
    throw new BudgieError(`Cannot read '${file ?? "-"}': ${whyUnreadable(cause)}`, { cause });
  }
}

/** Not by opening /dev/stdin, which fails where it is a socket. */
function readStandardInput(): Uint8Array<ArrayBuffer> {
  const buffer = new Uint8Array(MAX_READ_BYTES);
  let length = 0;
  while (length < buffer.length) {
    const count = Deno.stdin.readSync(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  return buffer.slice(0, length);
}
