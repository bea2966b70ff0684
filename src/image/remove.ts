/** Removing names, and images that have none left. */
import { BudgieError, NotFoundError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";
import type { StorePaths } from "../store/paths.ts";
import type { Digest } from "../../oci/digest.ts";
import { familiarReference, parseReference } from "../../oci/reference.ts";
import { findEntry } from "./find.ts";
import { readEvenDamaged, type StoredImage } from "./image.ts";
import { recordImageEvent } from "./image_event.ts";
import { tryClaimImages } from "./in_use.ts";
import { layerDirectory } from "./layer_store.ts";
import { ensureLayout, type ImageEntry } from "./layout.ts";
import { isDigestName, repositoryOf } from "./name.ts";
import { removeEntries } from "./remove_entries.ts";
import { sweep } from "./sweep.ts";

/** What the caller allows, and what it knows of containers. */
export interface RemoveOptions {
  /** remove all names of an ID, and names of an image that containers use */
  force: boolean;
  /** Names of the containers that were made from an image. Asked once nobody can make another one. */
  usedBy: (image: StoredImage) => string[];
  /** Layers of containers, whose images may be gone. Asked as usedBy. */
  diffIDsInUse: () => ReadonlySet<Digest>;
}

/** What was removed, as docker prints it. */
export interface RemovedImage {
  /** short names: `nginx:latest`, `nginx@sha256:…` */
  untagged: string[];
  /** the image's ID and the diffIDs of layers that no other image has; [] when only names went */
  deleted: string[];
}

/** It is needed, or it cannot be known which name was meant. */
export class ImageConflictError extends BudgieError {
  override name = "ImageConflictError";

  constructor(nameOrId: string, reason: string, hint: string) {
    super(`Cannot remove image '${nameOrId}': conflict: ${reason}`, { hint });
  }
}

/**
 * Removes a name; with the last name, or by ID, the image. An image that a container uses is never deleted:
 * `force` takes its names only.
 * @throws NotFoundError, ImageConflictError
 */
export async function removeImage(
  paths: StorePaths,
  nameOrId: string,
  options: RemoveOptions,
): Promise<RemovedImage> {
  ensureLayout(paths);
  using claim = tryClaimImages(paths);
  let plan: Plan | undefined;
  await removeEntries(paths, { ...options, claim }, (entries) => {
    plan = planRemoval(paths, entries, { ...options, nameOrId });
    return { entries: plan.entries, gone: plan.kept ? [] : [plan.image] };
  });
  const { untagged, image, kept } = plan!;
  const names = untagged.map((name) => familiarReference(parseReference(name)));
  for (const name of names) recordImageEvent(paths, "untag", { id: image.id, name });
  if (kept) return { untagged: names, deleted: [] };
  recordImageEvent(paths, "delete", { id: image.id, name: image.id });
  // While somebody pulls, what is not named may be theirs: it is swept with the next image.
  if (claim) sweep(paths, options.diffIDsInUse());
  // An image may have a layer several times.
  const layers = [...new Set(image.diffIDs)].filter((diffID) => !exists(layerDirectory(paths, diffID)));
  return { untagged: names, deleted: [image.id, ...layers] };
}

interface Plan {
  entries: ImageEntry[];
  untagged: string[];
  image: StoredImage;
  /** the image stays */
  kept: boolean;
}

function planRemoval(
  paths: StorePaths,
  entries: ImageEntry[],
  options: RemoveOptions & { nameOrId: string },
): Plan {
  const { nameOrId, force } = options;
  const found = findEntry(entries, nameOrId);
  if (!found) throw new NotFoundError("image", nameOrId);
  const { entry, byId } = found;
  const own = entries.filter(({ id }) => id === entry.id);
  if (byId && !force) checkOneName(nameOrId, own);
  const going = byId ? own : own.filter(({ name }) => goesWith(name, entry.name!, own));
  const others = entries.filter((other) => !going.includes(other));
  const untagged = going.map(({ name }) => name).filter((name) => name !== undefined);
  const image = readEvenDamaged(paths, entry, own);
  if (going.length < own.length) return { entries: others, untagged, image, kept: true };
  const users = options.usedBy(image);
  if (users.length === 0) return { entries: others, untagged, image, kept: false };
  if (!force || untagged.length === 0) throw inUse(nameOrId, users, { canForce: untagged.length > 0 });
  return { entries: [...others, { ...entry, name: undefined }], untagged, image, kept: true };
}

/** With the last tag of a repository, its digest goes too. */
function goesWith(name: string | undefined, removed: string, own: ImageEntry[]): boolean {
  if (name === undefined || name === removed) return name === removed;
  if (!isDigestName(name) || repositoryOf(name) !== repositoryOf(removed)) return false;
  return !own.some((other) =>
    other.name !== undefined && other.name !== removed && !isDigestName(other.name) &&
    repositoryOf(other.name) === repositoryOf(removed)
  );
}

function checkOneName(id: string, own: ImageEntry[]): void {
  const names = own.map(({ name }) => name).filter((name) => name !== undefined);
  const tags = names.filter((name) => !isDigestName(name));
  if (tags.length <= 1 && new Set(names.map(repositoryOf)).size <= 1) return;
  const list = names.map((name) => familiarReference(parseReference(name))).join(", ");
  throw new ImageConflictError(
    id,
    `it has several names: ${list}`,
    "Remove them by name, or all of them with --force",
  );
}

function inUse(nameOrId: string, users: string[], { canForce }: { canForce: boolean }): ImageConflictError {
  const containers = `container${users.length > 1 ? "s" : ""} ${users.map((name) => `'${name}'`).join(", ")}`;
  const remove = `Remove ${users.length > 1 ? "them" : "it"} first: budgie rm ${users.join(" ")}`;
  return new ImageConflictError(
    nameOrId,
    `${containers} ${users.length > 1 ? "use" : "uses"} it (${canForce ? "must" : "cannot"} be forced)`,
    canForce ? `${remove}; or take its name only, with --force` : remove,
  );
}
