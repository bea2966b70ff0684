/** How much of a container's output may be kept, and how much is where nobody says so. */
import { UsageError } from "../../base/errors.ts";
import { MAX_LOG_FILES, MIN_LOG_SIZE_BYTES } from "../../base/log_bounds.ts";
import { parseSize } from "../../base/units.ts";
import type { LogOption } from "../../store/container.ts";

/**
 * BUDGIE_LOG_MAX_SIZE (a size) and BUDGIE_LOG_MAX_FILES (a number), for containers that are created now.
 * @throws UsageError
 */
export function defaultLog(env: { get(name: string): string | undefined } = Deno.env): LogOption {
  return {
    maxSizeBytes: parseLogSize(env.get("BUDGIE_LOG_MAX_SIZE") || "10m", "BUDGIE_LOG_MAX_SIZE="),
    maxFiles: parseLogFiles(env.get("BUDGIE_LOG_MAX_FILES") || "3", "BUDGIE_LOG_MAX_FILES="),
  };
}

/**
 * Bytes of one file, from `10m`.
 * @param what stands before the text in the message: `--log-opt max-size=`
 * @throws UsageError
 */
export function parseLogSize(text: string, what: string): number {
  if (text.trim() === "-1") {
    throw new UsageError(`Cannot use ${what}${text}: a log without a bound would fill the disk`, {
      hint: `Write ${what}100m for a large one`,
    });
  }
  const bytes = sizeOf(text);
  if (bytes !== undefined && bytes >= MIN_LOG_SIZE_BYTES) return bytes;
  throw new UsageError(`Cannot use ${what}${text}: it is a size, 64k or more`, { hint: `Write ${what}10m` });
}

/** How many files, the one that is written included. @throws UsageError */
export function parseLogFiles(text: string, what: string): number {
  const count = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (count >= 1 && count <= MAX_LOG_FILES) return count;
  throw new UsageError(`Cannot use ${what}${text}: it is a whole number from 1 to ${MAX_LOG_FILES}`);
}

function sizeOf(text: string): number | undefined {
  try {
    return parseSize(text);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
