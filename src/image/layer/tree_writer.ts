import { type ByteString, nulTerminated, shownName } from "../../base/tar/byte_string.ts";
import type { TarEntry } from "../../base/tar/entry.ts";
import type { TarTime } from "../../base/tar/pax.ts";
import {
  closeFile,
  isErrno,
  linkAt,
  makeDirectoryAt,
  makeNodeAt,
  type NameBuffer,
  openAt,
  setFileTime,
  symlinkAt,
  truncateFile,
  unlinkAt,
  writeFullyAt,
} from "../../linux/at_file.ts";
import { O_CREAT, O_EXCL, O_WRONLY } from "../../linux/open_flags.ts";
import {
  type FileStatus,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  statusAt,
} from "../../linux/statx.ts";
import { type Directory, type DirectoryTree, joinPath } from "./directory_tree.ts";
import { applyToDirectory, applyToFile, applyToName } from "./entry_metadata.ts";
import { LONGEST_PATH, splitEntryPath } from "./entry_path.ts";
import { LayerError } from "./layer_error.ts";

/**
 * Makes entries of archives, one after another, below the root of a tree; of two entries with one name the later one
 * counts, as in tar. Files are replaced, not written over. A folder and something else do not replace each other,
 * unless a subclass knows better. Device nodes are made as in docker: they do nothing by themselves, and a
 * container's device rules decide who may open them.
 */
export class TreeWriter implements Disposable {
  /** by path; set at the end, because each new file in a folder changes the folder's time */
  readonly #directoryTimes = new Map<ByteString, TarTime>();
  #contentBytes = 0;

  /** @param tree is the writer's to dispose of */
  constructor(protected readonly tree: DirectoryTree) {}

  /** Of all files, without their holes. */
  get contentBytes(): number {
    return this.#contentBytes;
  }

  /** Makes one entry. @throws LayerError, SystemError; what the content throws */
  async add(entry: TarEntry): Promise<void> {
    const path = splitEntryPath(entry.name);
    if (entry.kind === "directory") return this.#addDirectory(path, entry);
    if (path.length === 0) throw new LayerError("it stands for the root directory but is none");
    if (entry.kind === "file") return await this.#addFile(path, entry);
    if (entry.kind === "symlink") return this.#addSymlink(path, entry);
    if (entry.kind === "hardlink") return this.#addHardLink(path, entry);
    this.#addNode(path, entry);
  }

  /** Sets the times of the folders. After the last entry. @throws SystemError */
  finish(): void {
    for (const [path, time] of this.#directoryTimes) {
      const directory = this.tree.find(path);
      if (directory) setFileTime(directory.file, time);
    }
  }

  [Symbol.dispose](): void {
    this.tree[Symbol.dispose]();
  }

  #addDirectory(path: ByteString[], entry: TarEntry): void {
    if (path.length > 0) this.#makeDirectory(path);
    const directory = this.tree.open(path);
    applyToDirectory(directory.file, entry);
    this.#directoryTimes.set(directory.path, entry.mtime);
  }

  // One that is there keeps what is in it, and only gets the new entry's metadata.
  #makeDirectory(path: ByteString[]): void {
    const parent = this.tree.open(path.slice(0, -1));
    const name = nulTerminated(path.at(-1)!);
    try {
      return makeDirectoryAt(parent.file, name, 0o700);
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
    }
    const status = statusAt(parent.file, name);
    if ((status.mode & S_IFMT) === S_IFDIR) return;
    this.makeDirectoryOver(parent, path.at(-1)!, status);
  }

  async #addFile(path: ByteString[], entry: TarEntry): Promise<void> {
    const file = this.#place(
      path,
      (parent, name) => openAt(parent.file, name, O_WRONLY | O_CREAT | O_EXCL, 0o600),
    );
    try {
      let end = 0;
      for await (const { offset, bytes } of entry.content()) {
        writeFullyAt(file, bytes, offset);
        end = offset + bytes.length;
        this.#contentBytes += bytes.length;
      }
      if (end < entry.size) truncateFile(file, entry.size); // a hole at the end
      applyToFile(file, entry);
    } finally {
      closeFile(file);
    }
  }

  #addSymlink(path: ByteString[], entry: TarEntry): void {
    if (entry.linkName === "" || entry.linkName.length > LONGEST_PATH) {
      throw new LayerError(`the target of the symbolic link has ${entry.linkName.length} bytes`);
    }
    // Kept as it is, wherever it points: here nobody follows it, and in the container `/` is the container's.
    const target = nulTerminated(entry.linkName);
    this.#place(path, (parent, name) => {
      symlinkAt(target, parent.file, name);
      applyToName(parent.file, name, entry);
    });
  }

  // The file has its metadata from its first entry. A link to a symlink is one more name of the symlink.
  #addHardLink(path: ByteString[], entry: TarEntry): void {
    const target = splitEntryPath(
      entry.linkName,
      `the target '${shownName(entry.linkName)}' of the hard link`,
    );
    if (target.length === 0) throw new LayerError("it is a hard link to the root directory");
    const from = nulTerminated(target.at(-1)!);
    try {
      this.#place(path, (parent, name) => {
        const folder = this.tree.open(target.slice(0, -1));
        try {
          linkAt(folder.file, from, parent.file, name);
        } catch (error) {
          // Two names of one file already: removing the second might remove the only one.
          if (isErrno(error, "EEXIST") && inodeOf(folder, from) === inodeOf(parent, name)) return;
          throw error;
        }
      });
    } catch (error) {
      if (!isErrno(error, "ENOENT", "EPERM")) throw error;
      const reason = error.code === "ENOENT" ? "which is not there" : "which is a directory";
      throw new LayerError(`it is a hard link to '${shownName(entry.linkName)}', ${reason}`, {
        cause: error,
      });
    }
  }

  #addNode(path: ByteString[], entry: TarEntry): void {
    const device = { major: entry.deviceMajor, minor: entry.deviceMinor };
    if (
      device.major < 0 || device.major > LARGEST_MAJOR || device.minor < 0 || device.minor > LARGEST_MINOR
    ) {
      throw new LayerError(`it is the device ${device.major}:${device.minor}, which cannot be`);
    }
    const type = entry.kind === "fifo" ? S_IFIFO : entry.kind === "block" ? S_IFBLK : S_IFCHR;
    this.#place(path, (parent, name) => {
      makeNodeAt(parent.file, name, type, device);
      applyToName(parent.file, name, entry);
    });
  }

  // Mostly nothing is there: looking first would cost a call for each file.
  #place<Result>(path: ByteString[], make: (parent: Directory, name: NameBuffer) => Result): Result {
    const parent = this.tree.open(path.slice(0, -1));
    const name = nulTerminated(path.at(-1)!);
    try {
      return make(parent, name);
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
    }
    this.discard(parent, path.at(-1)!);
    return make(parent, name);
  }

  /** Removes what is in the way of an entry that is no folder. */
  protected discard(parent: Directory, name: ByteString): void {
    const buffer = nulTerminated(name);
    const { mode, isMountRoot } = statusAt(parent.file, buffer);
    const type = mode & S_IFMT;
    // A mount of another namespace would go with the file that it lies on.
    if (isMountRoot) throw new LayerError("something is mounted there");
    if (type === S_IFDIR) return this.discardDirectory(parent, name);
    unlinkAt(parent.file, buffer);
    if (type === S_IFLNK) this.tree.forget(joinPath(parent.path, name));
  }

  /** A folder is in the way of something else. */
  protected discardDirectory(_parent: Directory, _name: ByteString): void {
    throw new LayerError("a directory is in its way, and it is none");
  }

  /** Something else is in the way of a folder. */
  protected makeDirectoryOver(_parent: Directory, _name: ByteString, _status: FileStatus): void {
    throw new LayerError("it is a directory, and something in its way is none");
  }
}

/** What new_encode_dev() of the kernel has room for (include/linux/kdev_t.h). */
const LARGEST_MAJOR = 2 ** 12 - 1;
const LARGEST_MINOR = 2 ** 20 - 1;

function inodeOf(parent: Directory, name: NameBuffer): bigint {
  return statusAt(parent.file, name).inode;
}
