import { type ByteString, nulTerminated } from "../../base/tar/byte_string.ts";
import type { TarEntry } from "../../base/tar/entry.ts";
import {
  closeFile,
  isErrno,
  makeDirectoryAt,
  makeNodeAt,
  type NameBuffer,
  renameAt,
} from "../../linux/at_file.ts";
import { type FileStatus, S_IFCHR, S_IFDIR, S_IFMT, statusAt } from "../../linux/statx.ts";
import { type Directory, DirectoryTree, joinPath } from "./directory_tree.ts";
import { splitEntryPath } from "./entry_path.ts";
import { isWhiteout, makeDirectoryOverWhiteout, makeOpaque } from "./make_directory.ts";
import { TreeWriter } from "./tree_writer.ts";
import { DISCARDED, type Whiteout, WHITEOUT_DEVICE, whiteoutOf } from "./whiteout.ts";

/**
 * Makes the entries of one layer in a folder of its own that overlayfs can take as a lowerdir: whiteouts become what
 * overlayfs takes for them, and an entry takes the place of whatever was there.
 */
export class LayerWriter extends TreeWriter {
  readonly #path: string;

  /** @param path an empty folder that nobody else uses. @throws SystemError */
  constructor(path: string) {
    super(new DirectoryTree(path, { overWhiteout: makeDirectoryOverWhiteout }));
    this.#path = path;
  }

  override async add(entry: TarEntry): Promise<void> {
    const path = splitEntryPath(entry.name);
    const whiteout = whiteoutOf(path);
    return whiteout ? this.#hide(path, whiteout) : await super.add(entry);
  }

  #hide(path: ByteString[], whiteout: Whiteout): void {
    if (whiteout.kind === "ignore") return;
    const parent = this.tree.open(path.slice(0, -1));
    if (whiteout.kind === "opaque") return makeOpaque(parent.file);
    const name = nulTerminated(whiteout.name);
    try {
      makeNodeAt(parent.file, name, S_IFCHR, WHITEOUT_DEVICE);
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
      // This layer has something of that name, which stays. A file hides what is below anyway.
      if (isDirectory(parent, name)) makeOpaque(this.tree.open([...path.slice(0, -1), whiteout.name]).file);
    }
  }

  protected override discardDirectory(parent: Directory, name: ByteString): void {
    // Moved first: Deno takes no path that is not UTF-8.
    renameAt(parent.file, nulTerminated(name), this.tree.root.file, nulTerminated(DISCARDED));
    Deno.removeSync(`${this.#path}/${DISCARDED}`, { recursive: true });
    this.tree.forget(joinPath(parent.path, name));
  }

  protected override makeDirectoryOver(parent: Directory, name: ByteString, status: FileStatus): void {
    const buffer = nulTerminated(name);
    if (isWhiteout(status)) return closeFile(makeDirectoryOverWhiteout(parent.file, buffer));
    this.discard(parent, name);
    makeDirectoryAt(parent.file, buffer, 0o700);
  }
}

function isDirectory(parent: Directory, name: NameBuffer): boolean {
  return (statusAt(parent.file, name).mode & S_IFMT) === S_IFDIR;
}
