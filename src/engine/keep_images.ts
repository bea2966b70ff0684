/** The keep policy of images, as the configuration has it. */
import { parseDuration } from "../base/duration.ts";
import { UsageError } from "../base/errors.ts";
import { HIGH_WATER, MIN_KEEP_MS } from "../base/keep_bounds.ts";
import type { ImagesLetGo } from "../image/keep.ts";
import type { KeepPolicy } from "../image/keep_plan.ts";
import type { Engine } from "./engine.ts";
import { imageUse } from "./image_use.ts";

export type { ImagesLetGo, KeepPolicy };

/**
 * BUDGIE_IMAGES_KEEP (a duration) and BUDGIE_IMAGES_HIGH_WATER (per cent of the disk); undefined: neither is set.
 * @throws UsageError
 */
export function keepPolicy(
  env: { get(name: string): string | undefined } = Deno.env,
): KeepPolicy | undefined {
  const keep = env.get("BUDGIE_IMAGES_KEEP");
  const highWater = env.get("BUDGIE_IMAGES_HIGH_WATER");
  if (!keep && !highWater) return undefined;
  return {
    keepMs: keep ? parseKeep(keep) : undefined,
    highWater: highWater ? parseHighWater(highWater) : undefined,
  };
}

/** Removes the images that the policy lets go. @returns undefined: not now, somebody brings an image or uses one */
export async function applyKeepPolicy(
  { paths }: Engine,
  policy: KeepPolicy,
): Promise<ImagesLetGo | undefined> {
  const { keepImages } = await import("../image/keep.ts");
  return await keepImages(paths, policy, imageUse(paths));
}

function parseKeep(text: string): number {
  const refuse = (cause?: unknown) =>
    new UsageError(`Cannot use BUDGIE_IMAGES_KEEP='${text}': not a duration from 1h on, such as 168h`, {
      cause,
    });
  try {
    const milliseconds = parseDuration(text);
    if (milliseconds >= MIN_KEEP_MS) return milliseconds;
  } catch (cause) {
    throw refuse(cause);
  }
  throw refuse();
}

function parseHighWater(text: string): number {
  const { min, max } = HIGH_WATER;
  if (/^\d{1,3}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new UsageError(`Cannot use BUDGIE_IMAGES_HIGH_WATER='${text}': not per cent, from ${min} to ${max}`);
}
