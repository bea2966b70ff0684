/** An archive that a person named. */
import { BudgieError, UsageError } from "../../base/errors.ts";
import { whyUnreadable } from "../../base/text_file.ts";

/**
 * @param verb what is to be done with it: "import"
 * @param file a path; '-' is standard input
 * @throws BudgieError when it can't be read
 */
export function openArchive(verb: "import" | "load", file: string): AsyncIterable<Uint8Array> {
  if (file === "-") return Deno.stdin.readable;
  if (/^https?:\/\//.test(file)) {
    throw new UsageError(`Cannot ${verb} '${file}': URLs are not fetched`, {
      hint: `Fetch it yourself: curl -fsSL ${file} | budgie ${verb}${verb === "import" ? " - NAME" : ""}`,
    });
  }
  try {
    // A directory can be opened, and only reading it fails.
    if (Deno.statSync(file).isDirectory) throw new Deno.errors.IsADirectory();
    return Deno.openSync(file).readable;
  } catch (error) {
    throw new BudgieError(`Cannot ${verb} '${file}': ${whyUnreadable(error)}`, { cause: error });
  }
}
