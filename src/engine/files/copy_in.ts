/** `cp` into a container. */
import { Buffer } from "node:buffer";
import { basename, dirname, join } from "node:path/posix";
import { BudgieError } from "../../base/errors.ts";
import { type ByteString, byteString } from "../../base/tar/byte_string.ts";
import type { TarEntry } from "../../base/tar/entry.ts";
import { readTar } from "../../base/tar/reader.ts";
import { recogniseArchive } from "../../image/archive_format.ts";
import { compressionOf } from "../../image/layer/compression.ts";
import { decompress } from "../../image/layer/decompress.ts";
import { splitEntryPath } from "../../image/layer/entry_path.ts";
import { SystemError } from "../../linux/libc.ts";
import type { FoundPath } from "../../linux/rooted_directory.ts";
import { treeEntries } from "../../linux/tree_entries.ts";
import { recordContainerEvent } from "../../store/events.ts";
import type { CopyOptions } from "./copy_options.ts";
import { copyError, type CopyTarget, placeCopy } from "./copy_place.ts";
import { type ContainerPath, openHostSource } from "./copy_source.ts";
import type { Engine } from "../engine.ts";
import { openSeenRoot, type SeenRoot } from "./seen_root.ts";
import { treeWarnings } from "./tree_warnings.ts";
import { writeEntries } from "./write_entries.ts";

/** Copies a file or folder of the host. @returns bytes of all files. @throws NotFoundError, BudgieError */
export async function copyIn(
  engine: Engine,
  source: string,
  target: ContainerPath,
  options: CopyOptions,
): Promise<number> {
  using from = openHostSource(source, options.followLink);
  using root = await openSeenRoot(engine, target.container);
  const found = findTarget(root, target);
  const place = placeCopy(from, found);
  const path = place.inside ? join(found.path, place.name) : found.path;
  const entries = treeEntries(from.fd, { name: nameOf(path), ...treeWarnings(options.onWarning) });
  // A folder that is there, and only gets the content of another, keeps its owner and mode.
  const isTarget = (entry: TarEntry) => place.inside && place.name === "" && entry.name === nameOf(path);
  return await extract(engine, root, path, entries, {
    ...options,
    adapt: (entry) => isTarget(entry) ? undefined : entry,
  });
}

/** Unpacks a tar, plain or packed with gzip or zstd, into a folder that is there. As copyIn(). */
export async function copyArchiveIn(
  engine: Engine,
  archive: AsyncIterable<Uint8Array>,
  target: ContainerPath,
  options: CopyOptions,
): Promise<number> {
  using root = await openSeenRoot(engine, target.container);
  const { kind, path } = findTarget(root, target);
  if (kind !== "directory") {
    throw new BudgieError(`Cannot unpack into '${target.shown}': destination must be a directory`);
  }
  const { mediaType, chunks } = await recogniseArchive(archive, "copy");
  const entries = readTar(decompress(chunks, compressionOf(mediaType)));
  return await extract(engine, root, path, entries, {
    ...options,
    adapt(entry) {
      const name = below(path, entry.name);
      if (name === undefined) return undefined;
      const linkName = entry.kind === "hardlink" ? below(path, entry.linkName) ?? "" : entry.linkName;
      return { ...entry, name, linkName };
    },
  });
}

async function extract(
  engine: Engine,
  root: SeenRoot,
  path: string,
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
  { adapt, keepOwners, signal }: CopyOptions & { adapt: (entry: TarEntry) => TarEntry | undefined },
): Promise<number> {
  root.checkWritable(path);
  using start = root.directory.open("/")!;
  const bytes = await writeEntries(`/proc/self/fd/${start.fd}/.`, entries, {
    adapt(entry) {
      const adapted = adapt(entry);
      return adapted && !keepOwners ? { ...adapted, uid: 0, gid: 0 } : adapted;
    },
    signal,
  });
  root.checkStillThere();
  recordContainerEvent(engine.paths, root.record, "extract-to-dir", { path });
  return bytes;
}

/** The target, and its path in the container without symlinks; of a missing one, the path it will have. */
function findTarget(root: SeenRoot, { path, shown }: ContainerPath): CopyTarget & { path: string } {
  const found = find(root, path, shown);
  if (found) return { shown, kind: found.info.isDirectory ? "directory" : "other", path: found.path };
  const end = path.replace(/(\/+\.?)+$/, "");
  if (root.directory.find(end, { noFollow: true })) {
    throw copyError(shown, "it is a symbolic link that leads nowhere");
  }
  const parent = find(root, dirname(end), shown);
  if (!parent?.info.isDirectory) throw copyError(shown, `there is no directory '${dirname(end)}'`);
  return { shown, kind: "missing", path: join(parent.path, basename(end)) };
}

function find(root: SeenRoot, path: string, shown: string): FoundPath | undefined {
  try {
    return root.directory.find(path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw copyError(
      shown,
      error.code === "ENOTDIR" ? "a part of the path is not a directory" : error.message,
      error,
    );
  }
}

/** The name that a member of an archive gets, from the container's root; undefined for the target itself. */
function below(path: string, name: ByteString): ByteString | undefined {
  const components = splitEntryPath(name);
  return components.length === 0 ? undefined : [nameOf(path), ...components].filter(Boolean).join("/");
}

/** A path from the root, as entries are named. */
function nameOf(path: string): ByteString {
  return byteString(Buffer.from(path.slice(1)));
}
