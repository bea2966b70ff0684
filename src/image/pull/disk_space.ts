/** Room on the disk, asked for before it is needed and named when it is gone. */
import { statfsSync } from "node:fs";
import { BudgieError } from "../../base/errors.ts";
import { formatDecimalSize } from "../../base/units.ts";

/** There is no room for what was to be stored. */
export class DiskFullError extends BudgieError {
  override name = "DiskFullError";

  constructor(what: string, folder: string, options: { needs?: number; cause?: unknown } = {}) {
    const { needs, cause } = options;
    const room = `the disk of '${folder}' has ${formatDecimalSize(freeBytes(folder))} free`;
    super(
      `Cannot store ${what}: ${room}${needs === undefined ? "" : `, it needs ${formatDecimalSize(needs)}`}`,
      {
        hint: "Remove images that are not needed with rmi, or put BUDGIE_DATA_DIR on a larger disk",
        cause,
      },
    );
  }
}

/** Bytes that may still be written to the file system of `folder`. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
