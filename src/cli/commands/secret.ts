/** `budgie secret inspect`, `rm` and `rotate-key`. */
import type { Command } from "@commander-js/extra-typings";
import { BudgieError, UsageError } from "../../base/errors.ts";
import { type CliContext, writeOut } from "../context.ts";
import { forEach } from "../for_each.ts";

export function defineSecretInspect(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] SECRET [SECRET...]")
    .argument("<secret...>", "names or IDs")
    .option("-f, --format <template>", "'json', or a Go template such as '{{.Spec.Labels}}'")
    .option(
      "--show",
      "print the value of one secret, and nothing else; at a terminal it is asked first",
      false,
    )
    .addHelpText("after", "\nExample:\n  budgie secret inspect --show db_password | wc -c")
    .action(async (secrets, { format, show }) => {
      if (show) return await showValue(context, secrets, format);
      const { findSecret } = await import("../../engine/secret/look.ts");
      const { inspectSecret } = await import("../inspect/secret.ts");
      const { printInspected } = await import("../inspect/print.ts");
      const engine = await context.engine();
      const find = async (name: string) => inspectSecret(await findSecret(engine, name));
      await printInspected(context, secrets, { find, format });
    });
}

async function showValue(context: CliContext, secrets: string[], format: string | undefined): Promise<void> {
  if (format !== undefined || secrets.length > 1) {
    throw new UsageError("Cannot use --show with a format or with several secrets: it prints one value");
  }
  const { openSecretOf } = await import("../../engine/secret/look.ts");
  const engine = await context.engine();
  const { info, value } = await openSecretOf(engine, secrets[0]);
  if (!Deno.stdout.isTerminal()) return writeOut(value);
  if (!Deno.stdin.isTerminal()) {
    throw new BudgieError(
      `Cannot ask whether to show the secret '${info.name}': standard input is no terminal`,
      {
        hint: `To read it in a script, pass it on: budgie secret inspect --show ${info.name} | cat`,
      },
    );
  }
  if (!confirm(`Show the secret '${info.name}' on this terminal?`)) {
    throw new BudgieError(`The secret '${info.name}' was not shown`);
  }
  writeOut(value);
  if (value.at(-1) !== NEW_LINE) context.print("");
}

const NEW_LINE = 10;

export function defineSecretRm(command: Command, context: CliContext): void {
  command
    .usage("SECRET [SECRET...]")
    .argument("<secret...>", "names or IDs")
    .addHelpText("after", "\nExample:\n  budgie secret rm db_password")
    .action(async (secrets) => {
      const { deleteSecret } = await import("../../engine/secret/store.ts");
      const engine = await context.engine();
      await forEach(context, secrets, async (secret) => {
        await deleteSecret(engine, secret);
        context.print(secret);
      });
    });
}

export function defineSecretRotateKey(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option("--new-passphrase-file <file>", "the passphrase from now on is in this file")
    .option("--random-key", "no passphrase from now on, but a file of random bytes", false)
    .addHelpText("after", "\nExample:\n  budgie secret rotate-key --new-passphrase-file /root/passphrase")
    .action(async ({ newPassphraseFile, randomKey }) => {
      if (newPassphraseFile !== undefined && randomKey) {
        throw new UsageError("Cannot use --new-passphrase-file with --random-key: conflicting options");
      }
      const { rotateSecretKey } = await import("../../engine/secret/store.ts");
      const engine = await context.engine();
      const count = await rotateSecretKey(engine, { newPassphraseFile, randomKey });
      context.print(`${count} ${count === 1 ? "secret has" : "secrets have"} a new key`);
      if (newPassphraseFile !== undefined) {
        context.notify(
          `Set BUDGIE_SECRETS_PASSPHRASE_FILE to the new passphrase's file, also for the daemon`,
        );
      }
    });
}
