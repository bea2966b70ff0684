/** A question before what can't be undone. */
import { BudgieError } from "../base/errors.ts";

/**
 * @param what is about to happen: `remove all stopped containers`
 * @throws BudgieError unless a person says yes
 */
export function askFirst(what: string): void {
  if (!Deno.stdin.isTerminal()) {
    throw new BudgieError(`Cannot ask whether to ${what}: there is no terminal`, { hint: "Say yes with -f" });
  }
  const question = `WARNING! This will ${what}.\nAre you sure you want to continue?`;
  if (!confirm(question)) throw new BudgieError("Cannot go on: the removal was cancelled");
}
