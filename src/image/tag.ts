/** A second name for an image. */
import { NotFoundError } from "../base/errors.ts";
import type { StorePaths } from "../store/paths.ts";
import {
  familiarName,
  familiarReference,
  formatReference,
  InvalidReferenceError,
  parseReference,
} from "../../oci/reference.ts";
import { findEntry } from "./find.ts";
import { recordImageEvent } from "./image_event.ts";
import { changeEntries } from "./layout.ts";
import { withName } from "./name.ts";

/**
 * Makes `target` (name or name:tag) mean the image that `source` names, also when it meant another one.
 * @throws NotFoundError, InvalidReferenceError
 */
export async function tagImage(paths: StorePaths, source: string, target: string): Promise<void> {
  const reference = parseReference(target);
  if (reference.digest) throw new InvalidReferenceError(target, "a tag cannot be made of a digest");
  if (familiarName(reference) === "sha256") {
    throw new InvalidReferenceError(target, "it would look like a digest");
  }
  let id = "";
  await changeEntries(paths, (entries) => {
    const found = findEntry(entries, source);
    if (!found) throw new NotFoundError("image", source);
    id = found.entry.id;
    return withName(entries, formatReference(reference), found.entry);
  });
  recordImageEvent(paths, "tag", { id, name: familiarReference(reference) });
}
