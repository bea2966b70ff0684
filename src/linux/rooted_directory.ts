/**
 * Looking at and making paths inside a directory whose content is hostile: symlinks and `..` in it are
 * resolved as the container would, with the directory as the root, and never lead out of it.
 */
import { readAtMost } from "../base/bounded_read.ts";
import { BudgieError } from "../base/errors.ts";
import { Descriptor } from "./file.ts";
import { check, cString, openLibc, SystemError } from "./libc.ts";
import {
  AT_FDCWD,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_WRONLY,
} from "./open_flags.ts";
import { openat2, RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS } from "./openat2.ts";

const INSIDE = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
/** The kernel's own bound on symlinks in one path (path_resolution(7)). */
const MAX_SYMLINKS = 40;
const PATH_MAX = 4096;

const libc = openLibc({
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  fchmodat: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
});

/** What was found at a path. */
export interface FoundPath {
  /** inside the directory, beginning with `/`: no symlink in it */
  path: string;
  info: Deno.FileInfo;
}

/** A directory as a root. Holds a descriptor until it is disposed of. */
export class RootedDirectory implements Disposable {
  readonly #fd: number;
  readonly #hostPath: string;

  /** @throws SystemError; BudgieError on Linux before 5.6 */
  constructor(hostPath: string) {
    this.#fd = openDirectory(hostPath);
    this.#hostPath = Deno.readLinkSync(descriptorPath(this.#fd)).replace(/^\/$/, "");
  }

  [Symbol.dispose](): void {
    libc.close(this.#fd);
  }

  /** Where a path that was found lies on the host. */
  hostPath(foundPath: string): string {
    return `${this.#hostPath}${foundPath}`;
  }

  /**
   * What `path` leads to, undefined when there is nothing.
   * @param options.noFollow the last component is looked at itself, if it is a symlink
   */
  find(path: string, options: { noFollow?: boolean } = {}): FoundPath | undefined {
    const fd = this.#open(path, options.noFollow ? O_NOFOLLOW : 0);
    if (fd === undefined) return undefined;
    try {
      return { path: this.#inside(fd), info: Deno.statSync(descriptorPath(fd)) };
    } finally {
      libc.close(fd);
    }
  }

  /**
   * What `path` leads to, open with O_PATH: only to be looked at. undefined when there is nothing.
   * @param options.noFollow a symlink at the end of the path is opened itself
   */
  open(path: string, options: { noFollow?: boolean } = {}): Descriptor | undefined {
    const fd = this.#open(path, options.noFollow ? O_NOFOLLOW : 0);
    return fd === undefined ? undefined : new Descriptor(fd);
  }

  /**
   * The content of a regular file; undefined when there is none at `path`, or something else is: a FIFO would
   * block the reader, a device act on being opened.
   * @throws BudgieError when it is longer than `maxBytes`
   */
  readFile(path: string, maxBytes: number): string | undefined {
    const fd = this.#open(path);
    if (fd === undefined) return undefined;
    try {
      if (!Deno.statSync(descriptorPath(fd)).isFile) return undefined;
      const bytes = readAtMost(descriptorPath(fd), maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new BudgieError(`Cannot read the image's '${path}': it has more than ${maxBytes} bytes`);
      }
      return new TextDecoder().decode(bytes);
    } finally {
      libc.close(fd);
    }
  }

  /**
   * Makes the directories that are missing on the way and the last one; where a symlink points, it is followed.
   * @param mode permission bits of the last one, if it is made
   */
  makeDirectory(path: string, mode = 0o755): FoundPath {
    return this.#make(path, { kind: "directory", mode }, MAX_SYMLINKS);
  }

  /** As makeDirectory, with an empty file at the end. */
  makeFile(path: string): FoundPath {
    return this.#make(path, { kind: "file", mode: 0o644 }, MAX_SYMLINKS);
  }

  #make(path: string, entry: NewEntry, symlinksLeft: number): FoundPath {
    const found = this.find(path);
    if (found) return found;
    const end = path.replace(/\/+$/, "").lastIndexOf("/");
    const name = path.slice(end + 1).replace(/\/+$/, "");
    const parent = this.#make(path.slice(0, Math.max(end, 0)) || "/", DIRECTORY, symlinksLeft);
    const parentFd = openat2(this.#fd, parent.path, {
      flags: O_PATH | O_DIRECTORY | O_CLOEXEC,
      resolve: INSIDE,
    });
    try {
      if (!makeEntry(parentFd, name, entry)) {
        // It exists and yet leads nowhere: a symlink to something that has to be made first.
        if (symlinksLeft === 0) throw new SystemError("open", ELOOP, path);
        const target = readLink(parentFd, name);
        const next = target.startsWith("/") ? target : `${parent.path}/${target}`;
        return this.#make(next, entry, symlinksLeft - 1);
      }
    } finally {
      libc.close(parentFd);
    }
    return this.find(`${parent.path}/${name}`)!;
  }

  #open(path: string, flags = 0): number | undefined {
    try {
      return openat2(this.#fd, path, { flags: O_PATH | O_CLOEXEC | flags, resolve: INSIDE });
    } catch (error) {
      if (error instanceof SystemError && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  #inside(fd: number): string {
    const path = readPath(fd);
    if (path !== this.#hostPath && !path.startsWith(`${this.#hostPath}/`)) {
      throw new Error(`'${path}' was resolved outside of '${this.#hostPath}'`);
    }
    return path.slice(this.#hostPath.length) || "/";
  }
}

function openDirectory(hostPath: string): number {
  try {
    return openat2(AT_FDCWD, hostPath, { flags: O_PATH | O_DIRECTORY | O_CLOEXEC, resolve: 0 });
  } catch (error) {
    if (!(error instanceof SystemError && error.code === "ENOSYS")) throw error;
    throw new BudgieError(`Cannot look into '${hostPath}' safely: this kernel has no openat2(2)`, {
      hint: "Linux 5.6 or later is needed",
      cause: error,
    });
  }
}

interface NewEntry {
  kind: "directory" | "file";
  mode: number;
}

const DIRECTORY: NewEntry = { kind: "directory", mode: 0o755 };
const EEXIST = "EEXIST";
const ELOOP = 40;

/** False when the name is taken. */
function makeEntry(parentFd: number, name: string, { kind, mode }: NewEntry): boolean {
  const cName = cString(name);
  try {
    if (kind === "directory") {
      check(libc.mkdirat(parentFd, cName, mode), "mkdir", name);
    } else {
      const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
      libc.close(check(libc.openat(parentFd, cName, flags, mode), "open", name));
    }
  } catch (error) {
    if (error instanceof SystemError && error.code === EEXIST) return false;
    throw error;
  }
  // Whatever the umask of the one who calls: the container's users must be able to pass.
  check(libc.fchmodat(parentFd, cName, mode, 0), "chmod", name);
  return true;
}

function readLink(parentFd: number, name: string): string {
  const buffer = new Uint8Array(PATH_MAX);
  const length = check(libc.readlinkat(parentFd, cString(name), buffer, BigInt(PATH_MAX)), "readlink", name);
  return new TextDecoder().decode(buffer.subarray(0, Number(length)));
}

function readPath(fd: number): string {
  try {
    return Deno.readLinkSync(descriptorPath(fd));
  } catch (error) {
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    throw new BudgieError("Cannot use a path in the container: it leads to a name that is not UTF-8", {
      hint: "Rename it in the container, or use the folder around it",
      cause: error,
    });
  }
}

function descriptorPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}
