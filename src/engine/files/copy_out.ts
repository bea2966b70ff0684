/** `cp` out of a container. */
import { Buffer } from "node:buffer";
import { basename, dirname } from "node:path/posix";
import { exists } from "../../base/optional_file.ts";
import { byteString, shownName } from "../../base/tar/byte_string.ts";
import type { TarEntry } from "../../base/tar/entry.ts";
import { writeTar } from "../../base/tar/writer.ts";
import { treeEntries } from "../../linux/tree_entries.ts";
import { recordContainerEvent } from "../../store/events.ts";
import type { CopyOptions } from "./copy_options.ts";
import { copyError, type CopyTarget, meansContents, placeCopy } from "./copy_place.ts";
import { type ContainerPath, openContainerSource } from "./copy_source.ts";
import type { Engine } from "../engine.ts";
import { openSeenRoot } from "./seen_root.ts";
import { treeWarnings } from "./tree_warnings.ts";
import { writeEntries } from "./write_entries.ts";

/** Copies to the host. @returns bytes of all files. @throws NotFoundError, BudgieError */
export async function copyOut(
  engine: Engine,
  source: ContainerPath,
  target: string,
  options: CopyOptions,
): Promise<number> {
  using root = await openSeenRoot(engine, source.container);
  using from = openContainerSource(root, source, options.followLink);
  const found = findTarget(target);
  const place = placeCopy(from, found);
  const folder = place.inside ? found.path : dirname(found.path);
  const name = place.inside ? place.name : basename(found.path);
  const entries = treeEntries(from.fd, { name: nameOf(name), ...treeWarnings(options.onWarning) });
  const bytes = await writeEntries(folder, entries, {
    adapt: (entry) => forHost(entry, options),
    signal: options.signal,
  });
  root.checkStillThere();
  recordContainerEvent(engine.paths, root.record, "archive-path", { path: source.path });
  return bytes;
}

/** Writes a tar, with the owners that the files have in the container. As copyOut(). */
export async function copyArchiveOut(
  engine: Engine,
  source: ContainerPath,
  write: (chunk: Uint8Array) => void,
  options: Omit<CopyOptions, "keepOwners">,
): Promise<void> {
  using root = await openSeenRoot(engine, source.container);
  using from = openContainerSource(root, source, options.followLink);
  const name = meansContents(source.path) || from.name === "" ? "." : from.name;
  for await (
    const chunk of writeTar(treeEntries(from.fd, { name: nameOf(name), ...treeWarnings(options.onWarning) }))
  ) {
    options.signal?.throwIfAborted();
    write(chunk);
  }
  root.checkStillThere();
  recordContainerEvent(engine.paths, root.record, "archive-path", { path: source.path });
}

/**
 * A container's files on the host have the power that the caller gives them, and not what the container said: no
 * device of its choice, and without its owners no set-user-ID or capability either.
 */
function forHost(entry: TarEntry, { keepOwners, onWarning }: CopyOptions): TarEntry | undefined {
  if (entry.kind === "character" || entry.kind === "block") {
    onWarning(`'${shownName(entry.name)}' is a device: it was left out`);
    return undefined;
  }
  if (keepOwners) return entry;
  return {
    ...entry,
    uid: Deno.uid()!,
    gid: Deno.gid()!,
    mode: entry.mode & (entry.kind === "directory" ? WITHOUT_SET_ID : PERMISSIONS),
    xattrs: new Map([...entry.xattrs].filter(([attribute]) => attribute !== "security.capability")),
  };
}

const PERMISSIONS = 0o777;
const WITHOUT_SET_ID = 0o1777;

/** The target, and its path without a symlink at its end; of a missing one, the path it will have. */
function findTarget(target: string): CopyTarget & { path: string } {
  const path = target.replace(/(?<=.)(\/+\.?)+$/, "") || target;
  if (exists(path)) {
    const info = statOf(path, target);
    if (!info.isDirectory && !info.isFile) throw copyError(target, "it is neither a file nor a directory");
    return { shown: target, kind: info.isDirectory ? "directory" : "other", path: Deno.realPathSync(path) };
  }
  const folder = dirname(path);
  if (!exists(folder) || !statOf(folder, target).isDirectory) {
    throw copyError(target, `there is no directory '${folder}'`);
  }
  return { shown: target, kind: "missing", path: `${Deno.realPathSync(folder)}/${basename(path)}` };
}

function statOf(path: string, target: string): Deno.FileInfo {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw copyError(target, "it is a symbolic link that leads nowhere", error);
  }
}

function nameOf(name: string): string {
  return byteString(Buffer.from(name));
}
