/** What a container wrote, as overlayfs keeps it in the upper directory, as the entries of a layer (image-spec layer.md). */
import { BudgieError } from "../../base/errors.ts";
import { type ByteString, shownName } from "../../base/tar/byte_string.ts";
import type { TarEntry } from "../../base/tar/entry.ts";
import { type FoundFile, treeEntries } from "../../linux/tree_entries.ts";
import { getXattrOf } from "../../linux/xattr.ts";
import { isWhiteout } from "./make_directory.ts";
import { isReserved, OPAQUE_XATTR, opaqueName, whiteoutName } from "./whiteout.ts";

/** Which files become no entries. */
export interface UpperOptions {
  /** by the path from the root, without a slash before it */
  leaveOut: (path: ByteString, found: FoundFile) => boolean;
  /** is told of what a layer can't hold: a socket */
  onLeftOut?: (path: ByteString) => void;
  /** is told of a file that grew or shrank while it was read */
  onChanged?: (path: ByteString) => void;
}

/**
 * @param upper the open directory
 * @throws BudgieError for what only overlayfs can read, with the lower layers at hand
 */
export function upperEntries(upper: number, options: UpperOptions): Generator<TarEntry, void, void> {
  return treeEntries(upper, {
    name: ROOT,
    onLeftOut: (name) => options.onLeftOut?.(pathOf(name)),
    onChanged: (name) => options.onChanged?.(pathOf(name)),
    transform(entry, found) {
      if (entry.name === ROOT) return [entry];
      const path = pathOf(entry.name);
      if (options.leaveOut(path, found)) return undefined;
      if (isReserved(path)) throw new UnstorableNameError(path);
      if (isWhiteout(found.status)) return [emptyFile(entry, whiteoutName(path))];
      const plain = {
        ...entry,
        name: path,
        linkName: entry.kind === "hardlink" ? pathOf(entry.linkName) : entry.linkName,
      };
      if (entry.kind !== "directory") {
        if (entry.kind === "file") refuse(METACOPY, path, found);
        return [plain];
      }
      refuse(REDIRECT, path, found);
      return isOpaque(found) ? [plain, emptyFile(entry, opaqueName(path))] : [plain];
    },
  });
}

/** In a layer, the name would say that something else is gone. */
export class UnstorableNameError extends BudgieError {
  override name = "UnstorableNameError";

  constructor(path: ByteString) {
    super(
      `Cannot store '/${shownName(path)}' in an image: names that begin with '.wh.' mean removed files there`,
      {
        hint: "Rename or remove it in the container",
      },
    );
  }
}

/** Whether an open directory hides what the layers below have in it. */
export function isOpaque({ file }: FoundFile): boolean {
  const value = getXattrOf(file, OPAQUE_XATTR);
  return value?.length === 1 && value[0] === "y".charCodeAt(0);
}

/** The layer's own folder, whose owner and mode are the root directory's. */
const ROOT = ".";

/** Kernel documentation, filesystems/overlayfs.rst: "Metadata only copy up", "Redirects". */
const METACOPY = "trusted.overlay.metacopy";
const REDIRECT = "trusted.overlay.redirect";

function refuse(attribute: string, path: ByteString, { file }: FoundFile): void {
  if (!getXattrOf(file, attribute)) return;
  throw new BudgieError(
    `Cannot read '${shownName(path)}' of the container: it refers to its image (${attribute})`,
    {
      hint:
        "The kernel's defaults for overlayfs were in force when it was written: start the container, and copy the file over itself",
    },
  );
}

function pathOf(name: ByteString): ByteString {
  return name.slice(`${ROOT}/`.length);
}

function emptyFile(entry: TarEntry, name: ByteString): TarEntry {
  return {
    ...entry,
    kind: "file",
    name,
    linkName: "",
    mode: 0o644,
    size: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
  };
}
