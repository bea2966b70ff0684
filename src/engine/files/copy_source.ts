/** What `cp` copies, open: whatever takes over its name, this is what is read. */
import { basename, resolve } from "node:path/posix";
import { BudgieError } from "../../base/errors.ts";
import { normalisePath } from "../../base/plain_path.ts";
import { type Descriptor, openDescriptor } from "../../linux/file.ts";
import { isKernelFile } from "../../linux/kernel_file_system.ts";
import { SystemError } from "../../linux/libc.ts";
import { O_NOFOLLOW, O_PATH } from "../../linux/open_flags.ts";
import { S_IFDIR, S_IFMT, S_IFSOCK, statusOf } from "../../linux/statx.ts";
import { copyError, type CopySource, meansDirectory } from "./copy_place.ts";
import type { SeenRoot } from "./seen_root.ts";

/** A path in a container, and how the user wrote it: `web:/etc`. */
export interface ContainerPath {
  container: string;
  path: string;
  shown: string;
}

/** Holds a descriptor of O_PATH until it is disposed of. */
export interface OpenSource extends CopySource, Disposable {
  fd: number;
}

/** @param followLink a symlink at the end of the path is followed, as one with a slash behind it is. @throws BudgieError */
export function openContainerSource(
  root: SeenRoot,
  { path, shown }: ContainerPath,
  followLink: boolean,
): OpenSource {
  const file = orMissing(() => root.directory.open(path, { noFollow: !followLink && !meansDirectory(path) }));
  if (file) return openSource(file, shown, basename(normalisePath(path)));
  throw new BudgieError(`Could not find the file ${path} in container ${root.record.name}`);
}

/** As openContainerSource(), of the host. @throws BudgieError */
export function openHostSource(path: string, followLink: boolean): OpenSource {
  const noFollow = followLink || meansDirectory(path) ? 0 : O_NOFOLLOW;
  const file = orMissing(() => openDescriptor(path, O_PATH | noFollow));
  if (file) return openSource(file, path, basename(resolve(path)));
  throw copyError(path, "there is no such file");
}

function openSource(file: Descriptor, shown: string, name: string): OpenSource {
  using undo = new DisposableStack();
  undo.use(file);
  const type = statusOf(file.fd).mode & S_IFMT;
  if (type === S_IFSOCK) throw copyError(shown, "it is a socket");
  if (isKernelFile(file.fd)) {
    throw new BudgieError(`Cannot copy '${shown}': it is no file, the kernel makes it up`, {
      hint: "Read it with a program: budgie exec CONTAINER cat FILE",
    });
  }
  const owned = undo.move();
  return {
    fd: file.fd,
    shown,
    name,
    isDirectory: type === S_IFDIR,
    [Symbol.dispose]: () => owned.dispose(),
  };
}

function orMissing<Result>(open: () => Result): Result | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof SystemError && ["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}
