/** Which images go by the keep policy: the decision alone, without a disk. */
import type { StatsFs } from "node:fs";

/** What the configuration says (docs/images.md); a host that says neither keeps all. */
export interface KeepPolicy {
  /** an image that nobody has used for so many milliseconds goes */
  keepMs?: number;
  /** above so many per cent of the disk, more of them go */
  highWater?: number;
}

/** Who pulls an image is about to use it: as long as kubelet's imageMinimumGCAge. */
const GRACE_MS = 120_000;
/** From the high mark down to where enough is free: kubelet's are 85 and 80. */
const MARGIN = 5;

/**
 * Bytes that have to be freed; 0 as long as the mark is not passed. What is in use is counted as df(1) does: of what
 * programs can have.
 */
export function excessBytes(disk: Pick<StatsFs, "bsize" | "blocks" | "bfree" | "bavail">, highWater: number) {
  const used = disk.blocks - disk.bfree;
  const size = used + disk.bavail;
  if (100 * used <= highWater * size) return 0;
  return Math.ceil(used - (highWater - MARGIN) / 100 * size) * disk.bsize;
}

/** What the decision is made from. */
export interface KeepFacts<Image> {
  /** milliseconds since 1970 */
  now: number;
  keepMs?: number;
  excessBytes: number;
  /** the bytes that are free without these images */
  freedWithout: (images: readonly Image[]) => number;
}

/**
 * Those that go, of the images that no container uses: all that are past their time, and where that does not free
 * enough, the one that was used longest ago, and so on.
 */
export function imagesToGo<Image extends { lastUseMs: number }>(
  unused: readonly Image[],
  { now, keepMs = Infinity, excessBytes, freedWithout }: KeepFacts<Image>,
): Image[] {
  const oldestFirst = unused
    .filter(({ lastUseMs }) => now - lastUseMs >= GRACE_MS)
    .sort((one, other) => one.lastUseMs - other.lastUseMs);
  const going = oldestFirst.filter(({ lastUseMs }) => now - lastUseMs >= keepMs);
  for (const image of oldestFirst.slice(going.length)) {
    if (excessBytes === 0 || freedWithout(going) >= excessBytes) break;
    going.push(image);
  }
  return going;
}
