/** Names of images in the store: whole references, each with a tag or with a digest. */
import type { ImageEntry } from "./layout.ts";

/** `docker.io/library/nginx` of the whole name `docker.io/library/nginx:latest` or `…@sha256:…`. */
export function repositoryOf(name: string): string {
  return name.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}

/** Whether a whole name ends with a digest, as registries know it, and not with a tag. */
export function isDigestName(name: string): boolean {
  return name.includes("@");
}

/**
 * The entries after `name` means the image of `entry`. An image that loses its last name to it stays,
 * without a name, as docker's "dangling" images do.
 */
export function withName(entries: ImageEntry[], name: string | undefined, entry: ImageEntry): ImageEntry[] {
  const previous = entries.find((other) => name !== undefined && other.name === name);
  if (previous?.descriptor.digest === entry.descriptor.digest && previous.id === entry.id) return entries;
  // A nameless entry is superfluous once the image has a name.
  const others = entries.filter((other) =>
    other !== previous && !(other.name === undefined && other.id === entry.id)
  );
  if (name === undefined && hasEntry(others, entry)) return others;
  const named = { ...entry, name };
  if (!previous || hasEntry([...others, named], previous)) return [...others, named];
  return [...others, { ...previous, name: undefined }, named];
}

function hasEntry(entries: ImageEntry[], wanted: ImageEntry): boolean {
  return entries.some(({ id }) => id === wanted.id);
}
