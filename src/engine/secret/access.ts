/** Who may open secrets: whoever has the passphrase, or may read the key file. */
import { BudgieError } from "../../base/errors.ts";
import { checkSoleChoice, SECRETS_BACKEND } from "../../base/sole_choice.ts";
import { readTextFile } from "../../base/text_file.ts";
import type { SecretAccess } from "../../secret/secret_store.ts";
import type { Engine } from "../engine.ts";

/** With the passphrase of BUDGIE_SECRETS_PASSPHRASE or of the file that BUDGIE_SECRETS_PASSPHRASE_FILE names, if any. */
export function secretAccess(
  { paths }: Engine,
  env: { get(name: string): string | undefined } = Deno.env,
): SecretAccess {
  checkSoleChoice("BUDGIE_SECRETS_BACKEND", SECRETS_BACKEND, env);
  return {
    paths,
    passphrase: () => {
      const passphrase = env.get("BUDGIE_SECRETS_PASSPHRASE");
      if (passphrase) return passphrase;
      const file = env.get("BUDGIE_SECRETS_PASSPHRASE_FILE");
      return file ? readPassphrase(file) : undefined;
    },
  };
}

/** The file's text without the new line at its end. @throws BudgieError when it can't be read, or is empty */
export function readPassphrase(file: string): string {
  const passphrase = readTextFile(file).replace(/\r?\n$/, "");
  if (passphrase === "") {
    throw new BudgieError(`Cannot use the passphrase of '${file}': it is empty`);
  }
  return passphrase;
}
