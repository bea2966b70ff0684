import { BudgieError } from "../errors.ts";

/** The archive breaks the format, or a limit of ours. `reason` is the message without its subject. */
export class TarError extends BudgieError {
  override name = "TarError";

  constructor(readonly reason: string) {
    super(`Cannot read the tar archive: ${reason}`, {
      hint: "It is damaged, incomplete, or not a tar archive",
    });
  }
}

/** The archive stops before its last entry does. */
export function endsInEntry(): TarError {
  return new TarError("it ends in the middle of an entry");
}
