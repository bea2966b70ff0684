/** From what a user typed to an image of the store. */
import { BudgieError } from "../base/errors.ts";
import type { StorePaths } from "../store/paths.ts";
import { hexOf } from "../../oci/digest.ts";
import {
  formatReference,
  InvalidReferenceError,
  parseReference,
  type Reference,
} from "../../oci/reference.ts";
import { readImage, type StoredImage } from "./image.ts";
import { repositoryOf } from "./name.ts";
import { type ImageEntry, readEntries } from "./layout.ts";

/** A short ID that several images begin with. */
export class AmbiguousImageError extends BudgieError {
  override name = "AmbiguousImageError";

  constructor(prefix: string, ids: string[]) {
    super(`Cannot choose an image: '${prefix}' is the beginning of ${ids.join(", ")}`, {
      hint: "Give more digits, or a name",
    });
  }
}

/**
 * The image with this ID, else with this name (tag or digest), else with an ID that begins so.
 * Reads index.json and two small files.
 * @throws AmbiguousImageError
 */
export function findImage(paths: StorePaths, nameOrId: string): StoredImage | undefined {
  const entries = readEntries(paths);
  const entry = findEntry(entries, nameOrId)?.entry;
  return entry && readImage(paths, entry, entries.filter(({ id }) => id === entry.id));
}

/**
 * The entry that a name or an ID means; for an ID (`byId`) the first of the image's entries.
 * @throws AmbiguousImageError
 */
export function findEntry(
  entries: ImageEntry[],
  nameOrId: string,
): { entry: ImageEntry; byId: boolean } | undefined {
  const digits = /^(?:sha256:)?([0-9a-f]{1,64})$/.exec(nameOrId)?.[1];
  const named = digits?.length === 64 ? undefined : findByReference(entries, nameOrId);
  if (named) return { entry: named, byId: false };
  const entry = digits === undefined ? undefined : findByPrefix(entries, digits);
  return entry && { entry, byId: true };
}

function findByReference(entries: ImageEntry[], text: string): ImageEntry | undefined {
  const reference = parseIfValid(text);
  if (!reference) return undefined;
  // With a tag and a digest, the digest decides.
  const name = formatReference(reference.digest ? { ...reference, tag: undefined } : reference);
  const named = entries.find((entry) => entry.name === name);
  if (named || !reference.digest) return named;
  const repository = `${reference.registry}/${reference.repository}`;
  return entries.find(({ descriptor, manifest, name }) =>
    [descriptor.digest, manifest].includes(reference.digest!) &&
    name !== undefined && repositoryOf(name) === repository
  );
}

function findByPrefix(entries: ImageEntry[], digits: string): ImageEntry | undefined {
  const matches = entries.filter(({ id }) => hexOf(id).startsWith(digits));
  const ids = new Set(matches.map(({ id }) => hexOf(id).slice(0, Math.max(12, digits.length + 2))));
  if (ids.size > 1) throw new AmbiguousImageError(digits, [...ids]);
  return matches.at(0);
}

function parseIfValid(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof InvalidReferenceError) return undefined;
    throw error;
  }
}
