/** What unpacking may cost, by the user's environment. */
import { parseSize } from "../base/units.ts";
import { UsageError } from "../base/errors.ts";
import type { UnpackLimits } from "./layer/limits.ts";

/** Real layers reach about 20; gzip itself ends at 1032. */
const DEFAULT_MAX_RATIO = 200;
/** Enough for the host to stay usable when a layer was larger than the disk. */
const DEFAULT_RESERVE = "128m";
/** Ten times what the largest known images hold. */
const MAX_ENTRIES = 5_000_000;

/**
 * BUDGIE_IMAGES_MAX_RATIO (unpacked to packed bytes of a layer) and BUDGIE_IMAGES_RESERVE (a size: room on the
 * disk that pulls leave free). @throws UsageError
 */
export function unpackLimits(env: { get(name: string): string | undefined } = Deno.env): UnpackLimits {
  const text = env.get("BUDGIE_IMAGES_MAX_RATIO") || String(DEFAULT_MAX_RATIO);
  const maxRatio = Number(text);
  if (!(maxRatio >= 1)) {
    throw new UsageError(`Cannot use BUDGIE_IMAGES_MAX_RATIO='${text}': not a number from 1 on`);
  }
  const reserveBytes = parseReserve(env.get("BUDGIE_IMAGES_RESERVE") || DEFAULT_RESERVE);
  return { maxRatio, reserveBytes, maxEntries: MAX_ENTRIES };
}

function parseReserve(text: string): number {
  try {
    return parseSize(text);
  } catch (cause) {
    throw new UsageError(`Cannot use BUDGIE_IMAGES_RESERVE='${text}': not a size`, {
      hint: "Write bytes, or a number with k, m or g: 512m",
      cause,
    });
  }
}
