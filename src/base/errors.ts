/**
 * A mistake of the user's or a fact of the world, said in one sentence, with a hint about what to do.
 * Anything that is not a BudgieError is a bug and is shown with its stack.
 */
export class BudgieError extends Error {
  override name = "BudgieError";
  readonly hint?: string;
  /** What the process exits with when this ends the command; undefined: the command's usual failure code. */
  readonly exitCode?: number;

  constructor(message: string, options: { hint?: string; exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode;
  }
}

/** The words were wrong: an unknown flag, a value out of range. Exits with 125 (docker's code for it). */
export class UsageError extends BudgieError {
  override name = "UsageError";

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { ...options, exitCode: 125 });
  }
}

/** What was named does not exist; said as docker says it: `No such container: web`. */
export class NotFoundError extends BudgieError {
  override name = "NotFoundError";

  constructor(readonly kind: string, readonly missing: string, options: { hint?: string } = {}) {
    super(`No such ${kind}: ${missing}`, options);
  }
}

/** Something known is not built yet; nothing is silently ignored. */
export class NotSupportedError extends BudgieError {
  override name = "NotSupportedError";

  constructor(what: string, options: { hint?: string } = {}) {
    super(`Cannot use ${what}: not supported yet`, { ...options, exitCode: 125 });
  }
}
