/**
 * The folders of a tree while an archive is unpacked into it. A path is walked component by component below the tree's
 * root, and no call follows a symlink: one that lies on the way is read and resolved here, as if the root were `/`.
 * So nothing outside is reached, whatever the tree holds, and whoever changes it meanwhile.
 */
import { type ByteString, byteString, nulTerminated, shownName } from "../../base/tar/byte_string.ts";
import {
  closeFile,
  isErrno,
  type NameBuffer,
  openAt,
  openDirectoryAt,
  readLinkAt,
} from "../../linux/at_file.ts";
import { AT_FDCWD, O_DIRECTORY, O_RDONLY } from "../../linux/open_flags.ts";
import { statusAt } from "../../linux/statx.ts";
import { LONGEST_PATH } from "./entry_path.ts";
import { LayerError } from "./layer_error.ts";
import { isWhiteout, makeDirectory } from "./make_directory.ts";

/** A folder that is open, at least until the next but one is asked for. */
export interface Directory {
  readonly file: number;
  /** from the root, without symlinks; "" for the root itself */
  readonly path: ByteString;
}

/** Descriptors kept: archives list a folder's files one after another. */
const OPEN_DIRECTORIES = 64;
/** Paths through symlinks that are remembered. */
const ALIASES = 1024;
/** Of folders in folders: removing a tree takes a descriptor for each, and 1024 is all that many processes get. */
const DEEPEST = 512;
/** Linux' MAXSYMLINKS */
const MOST_SYMLINKS = 40;

/** Open folders of one tree. Holds descriptors until it is disposed of. */
export class DirectoryTree implements Disposable {
  readonly #root: Directory;
  /** by their paths without symlinks; the one asked for last is at the end */
  readonly #open = new Map<ByteString, Directory>();
  /** from paths as asked for to paths without symlinks */
  readonly #aliases = new Map<ByteString, ByteString>();

  /**
   * @param path of the root, which is no symlink
   * @param options.overWhiteout makes and opens a folder in the place of a whiteout: only a layer has any
   * @throws SystemError
   */
  constructor(path: string, private readonly options: { overWhiteout?: MakeDirectory } = {}) {
    const name = new TextEncoder().encode(`${path}\0`);
    this.#root = { file: openAt(AT_FDCWD, name, O_RDONLY | O_DIRECTORY), path: "" };
  }

  /** The folder that all paths begin in. */
  get root(): Directory {
    return this.#root;
  }

  /**
   * Opens the folder that `components` lead to, and makes what is missing: 0755, root's.
   * @throws LayerError where something else than a folder is in the way
   */
  open(components: readonly ByteString[]): Directory {
    const asked = components.join("/");
    const known = this.#known(this.#aliases.get(asked) ?? asked);
    if (known) return known;
    const directory = this.#walk(components, makeDirectory);
    if (directory.path !== asked) {
      if (this.#aliases.size >= ALIASES) this.#aliases.clear();
      this.#aliases.set(asked, directory.path);
    }
    return directory;
  }

  /** Opens a folder by its path without symlinks; undefined if there is none any more. @throws SystemError */
  find(path: ByteString): Directory | undefined {
    const known = this.#known(path);
    if (known) return known;
    try {
      return this.#walk(path.split("/"), () => {
        throw new LayerError("there is no such directory");
      });
    } catch (error) {
      if (error instanceof LayerError) return undefined;
      throw error;
    }
  }

  /** To be called after a symlink or a whole folder was removed. */
  forget(path: ByteString): void {
    this.#aliases.clear();
    for (const [key, { file }] of this.#open) {
      if (key !== path && !key.startsWith(`${path}/`)) continue;
      this.#open.delete(key);
      closeFile(file);
    }
  }

  [Symbol.dispose](): void {
    for (const { file } of this.#open.values()) closeFile(file);
    this.#open.clear();
    closeFile(this.#root.file);
  }

  #known(path: ByteString): Directory | undefined {
    if (path === "") return this.#root;
    const directory = this.#open.get(path);
    if (!directory) return undefined;
    this.#open.delete(path);
    this.#open.set(path, directory);
    return directory;
  }

  #walk(components: readonly ByteString[], makeMissing: MakeDirectory): Directory {
    let [here, depth] = this.#nearest(components);
    const todo = components.slice(depth).toReversed();
    let symlinks = 0;
    try {
      for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
        if (name === "" || name === ".") continue;
        if (name === "..") {
          // Not by "..": the folder may have been moved since, and its parent be anywhere.
          todo.push(...parentOf(here.path).split("/").toReversed());
          this.#release(here);
          here = this.#root;
          continue;
        }
        const next = this.#step(here, name, makeMissing);
        if (typeof next === "object") {
          this.#release(here);
          here = next;
          continue;
        }
        if (++symlinks > MOST_SYMLINKS) throw new LayerError("too many symbolic links lead to its folder");
        todo.push(...next.split("/").toReversed());
        if (!next.startsWith("/")) continue;
        this.#release(here);
        here = this.#root;
      }
    } catch (error) {
      this.#release(here);
      throw error;
    }
    return this.#keep(here);
  }

  /** The deepest open folder on the way, and how many components lead to it. */
  #nearest(components: readonly ByteString[]): [Directory, number] {
    for (let depth = components.length - 1; depth > 0; depth--) {
      const known = this.#known(components.slice(0, depth).join("/"));
      if (known) return [known, depth];
    }
    return [this.#root, 0];
  }

  /** The folder `name`, or where the symlink points that is there. */
  #step(here: Directory, name: ByteString, makeMissing: MakeDirectory): Directory | ByteString {
    const path = joinPath(here.path, name);
    if (path.length > LONGEST_PATH || path.split("/").length > DEEPEST) {
      throw new LayerError("it lies too deep");
    }
    const buffer = nulTerminated(name);
    try {
      return { path, file: openDirectoryAt(here.file, buffer) };
    } catch (error) {
      if (isErrno(error, "ENOENT")) return { path, file: makeMissing(here.file, buffer) };
      // Which of the two comes for a symlink is up to the kernel.
      if (!isErrno(error, "ENOTDIR", "ELOOP")) throw error;
    }
    const target = readLinkAt(here.file, buffer);
    if (target) return byteString(target);
    const { overWhiteout } = this.options;
    if (overWhiteout && isWhiteout(statusAt(here.file, buffer))) {
      return { path, file: overWhiteout(here.file, buffer) };
    }
    throw new LayerError(`'${shownName(path)}' is in its way and not a directory`);
  }

  #keep(directory: Directory): Directory {
    const known = this.#known(directory.path);
    if (known) {
      if (known !== directory) closeFile(directory.file);
      return known;
    }
    this.#open.set(directory.path, directory);
    if (this.#open.size > OPEN_DIRECTORIES) {
      const [oldest] = this.#open.values();
      this.#open.delete(oldest.path);
      closeFile(oldest.file);
    }
    return directory;
  }

  /** Closes what was opened on the way and is not kept. */
  #release(directory: Directory): void {
    if (directory !== this.#root && this.#open.get(directory.path) !== directory) closeFile(directory.file);
  }
}

/** Makes and opens a folder. */
type MakeDirectory = (parent: number, name: NameBuffer) => number;

/** The path of `name` in a folder whose path is "" for the root. */
export function joinPath(folder: ByteString, name: ByteString): ByteString {
  return folder === "" ? name : `${folder}/${name}`;
}

function parentOf(path: ByteString): ByteString {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
