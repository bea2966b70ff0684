/**
 * A directory tree as the entries of an archive. Names are bytes; no symlink is followed, and what a name was found
 * to be stays what is read, whoever changes the tree meanwhile: each file is opened once, only to be looked at, and
 * everything else is done with that descriptor.
 */
import { type ByteString, byteString, nulTerminated } from "../base/tar/byte_string.ts";
import type { TarData, TarEntry, TarEntryKind } from "../base/tar/entry.ts";
import { closeFile, openPathIfThere, readAt, readLinkOf, reopen } from "./at_file.ts";
import { namesIn } from "./directory_names.ts";
import { isKernelFile } from "./kernel_file_system.ts";
import { O_DIRECTORY, O_NOCTTY, O_NONBLOCK, O_RDONLY } from "./open_flags.ts";
import {
  type FileStatus,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  statusOf,
} from "./statx.ts";
import { getXattrOf, listXattrs } from "./xattr.ts";

/** One file of the tree while it is looked at. */
export interface FoundFile {
  /** open with O_PATH */
  file: number;
  status: FileStatus;
}

/** What becomes of a tree in the archive. */
export interface TreeOptions {
  /** of the start itself; "": it is a directory, and only what is in it becomes entries */
  name: ByteString;
  /** the entries in place of this one; undefined: it is left out with all that is in it */
  transform?: (entry: TarEntry, found: FoundFile) => TarEntry[] | undefined;
  /** is told of what an archive can't hold: a socket */
  onLeftOut?: (name: ByteString) => void;
  /** is told of a file that grew or shrank while it was read: it is cut, or its content ends early */
  onChanged?: (name: ByteString) => void;
}

/**
 * The entries below an open file or directory (O_PATH will do), folders before what is in them, in the order of
 * their names' bytes. An entry's content has to be read before the next entry is asked for. File systems of the
 * kernel's own (proc, sysfs) count as empty. Directories are open on the way down to where the walk is.
 * @throws SystemError
 */
export function* treeEntries(start: number, options: TreeOptions): Generator<TarEntry, void, void> {
  const walk = new Walk(options);
  const found = { file: start, status: statusOf(start) };
  using folders = new Folders();
  if (options.name !== "") {
    const entries = walk.entries(options.name, found);
    if (!entries) return;
    yield* entries;
  }
  if (isDirectory(found.status) && !isKernelFile(start)) folders.enter(found, options.name);
  for (let folder = folders.current; folder; folder = folders.current) {
    const name = folder.names.pop();
    if (name === undefined) {
      folders.leave();
      continue;
    }
    const file = openPathIfThere(folder.file, nulTerminated(name));
    if (file === undefined) continue;
    try {
      const found = { file, status: statusOf(file) };
      const path = folder.path === "" ? name : `${folder.path}/${name}`;
      const foreign = found.status.device !== folder.device && isKernelFile(file);
      if (foreign && !isDirectory(found.status)) continue;
      const entries = walk.entries(path, found);
      if (!entries) continue;
      yield* entries;
      if (isDirectory(found.status) && !foreign) folders.enter(found, path);
    } finally {
      closeFile(file);
    }
  }
}

/** Makes entries, and remembers which files it has seen: a second name is a hard link. */
class Walk {
  readonly #seen = new Map<string, ByteString>();

  constructor(readonly options: TreeOptions) {}

  entries(name: ByteString, found: FoundFile): TarEntry[] | undefined {
    const { status } = found;
    const kind = KINDS.get(status.mode & S_IFMT);
    if (!kind) {
      this.options.onLeftOut?.(name);
      return undefined;
    }
    const inode = status.links > 1 && kind !== "directory" ? `${status.device} ${status.inode}` : undefined;
    const first = inode && this.#seen.get(inode);
    const plain = entryOf(name, kind, found, () => this.options.onChanged?.(name));
    const entry: TarEntry = first ? { ...plain, kind: "hardlink", linkName: first, size: 0 } : plain;
    const entries = this.options.transform ? this.options.transform(entry, found) : [entry];
    if (inode && !first && entries) this.#seen.set(inode, name);
    return entries;
  }
}

const KINDS = new Map<number, TarEntryKind>([
  [S_IFREG, "file"],
  [S_IFDIR, "directory"],
  [S_IFLNK, "symlink"],
  [S_IFCHR, "character"],
  [S_IFBLK, "block"],
  [S_IFIFO, "fifo"],
]);

function entryOf(
  name: ByteString,
  kind: TarEntryKind,
  { file, status }: FoundFile,
  onChanged: () => void,
): TarEntry {
  const isFile = kind === "file";
  const isDevice = kind === "character" || kind === "block";
  return {
    kind,
    name,
    linkName: kind === "symlink" ? byteString(readLinkOf(file)) : "",
    mode: status.mode & ~S_IFMT,
    uid: status.uid,
    gid: status.gid,
    mtime: status.modified,
    size: isFile ? status.sizeBytes : 0,
    deviceMajor: isDevice ? status.node.major : 0,
    deviceMinor: isDevice ? status.node.minor : 0,
    xattrs: isFile || kind === "directory" ? archivedXattrs(file) : NO_XATTRS,
    content: () => isFile ? contentOf(file, status.sizeBytes, onChanged) : nothing(),
  };
}

const NO_XATTRS: ReadonlyMap<ByteString, Uint8Array> = new Map();

/** Those that mean something elsewhere: not labels of a host's policy, nor what overlayfs keeps for itself. */
function archivedXattrs(file: number): ReadonlyMap<ByteString, Uint8Array> {
  const names = listXattrs(file).filter((name) =>
    name === "security.capability" || (name.startsWith("user.") && !name.startsWith("user.overlay."))
  );
  if (names.length === 0) return NO_XATTRS;
  const xattrs = new Map<ByteString, Uint8Array>();
  for (const name of names) {
    const value = getXattrOf(file, name);
    if (value) xattrs.set(name, value);
  }
  return xattrs;
}

async function* nothing(): AsyncGenerator<TarData, void, void> {}

const READ_BYTES = 256 * 1024;

/** What a file holds now, up to `sizeBytes`. */
async function* contentOf(
  path: number,
  sizeBytes: number,
  onChanged: () => void,
): AsyncGenerator<TarData, void, void> {
  // It is a regular file. O_NONBLOCK: a lease of somebody's would make open(2) wait.
  const file = reopen(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    let offset = 0;
    while (offset <= sizeBytes) {
      // One byte more than there should be tells a file that grew.
      const bytes = new Uint8Array(Math.min(READ_BYTES, sizeBytes - offset + 1));
      const count = readAt(file, bytes, offset);
      if (count === 0) break;
      yield await Promise.resolve({ offset, bytes: bytes.subarray(0, Math.min(count, sizeBytes - offset)) });
      offset += count;
    }
    if (offset !== sizeBytes) onChanged();
  } finally {
    closeFile(file);
  }
}

/** A directory that the walk is in. */
interface Folder {
  file: number;
  path: ByteString;
  device: string;
  /** those still to come, the next one last */
  names: ByteString[];
}

/** From the start down to where the walk is. */
class Folders implements Disposable {
  readonly #stack: Folder[] = [];

  get current(): Folder | undefined {
    return this.#stack.at(-1);
  }

  enter({ file, status }: FoundFile, path: ByteString): void {
    const folder = { file: reopen(file, O_RDONLY | O_DIRECTORY), path, device: status.device, names: [] };
    this.#stack.push(folder);
    this.current!.names = namesIn(folder.file).reverse();
  }

  leave(): void {
    closeFile(this.#stack.pop()!.file);
  }

  [Symbol.dispose](): void {
    while (this.#stack.length > 0) this.leave();
  }
}

function isDirectory({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFDIR;
}
