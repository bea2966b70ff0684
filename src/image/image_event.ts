/** What happens to images, for `budgie events`. */
import { recordEvent } from "../store/events.ts";
import type { StorePaths } from "../store/paths.ts";

/** Docker's words ("docker system events", "Images"). */
export type ImageAction = "pull" | "push" | "import" | "load" | "save" | "tag" | "untag" | "delete";

/**
 * @param image.id the image's ID; docker has the reference there for a pull
 * @param image.name short, as a user writes it
 */
export function recordImageEvent(
  paths: StorePaths,
  action: ImageAction,
  { id, name }: { id: string; name: string },
): void {
  recordEvent(paths, { type: "image", action, id, attributes: { name } });
}
