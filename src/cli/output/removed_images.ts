/** Images that were removed, as docker's prune commands print them. */
import type { RemovedImage } from "../../image/remove.ts";

export function removedLines({ untagged, deleted }: RemovedImage): string[] {
  return [...untagged.map((name) => `untagged: ${name}`), ...deleted.map((digest) => `deleted: ${digest}`)];
}
