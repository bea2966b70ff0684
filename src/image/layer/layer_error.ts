import { BudgieError } from "../../base/errors.ts";
import { type ByteString, shownName } from "../../base/tar/byte_string.ts";

/** A layer cannot become a directory. `entry` is the name of the member it failed at, if it was one. */
export class LayerError extends BudgieError {
  override name = "LayerError";
  readonly entry?: ByteString;
  /** the message without its subject */
  readonly reason: string;

  constructor(reason: string, options: { entry?: ByteString; hint?: string; cause?: unknown } = {}) {
    const what = options.entry === undefined ? "the layer" : `'${shownName(options.entry)}' of the layer`;
    super(`Cannot unpack ${what}: ${reason}`, options);
    this.entry = options.entry;
    this.reason = reason;
  }
}
