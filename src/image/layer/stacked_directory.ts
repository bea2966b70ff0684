/** A folder as overlayfs shows it when layers lie on each other: read without mounting anything. */
import { Buffer } from "node:buffer";
import { type ByteString, nulTerminated } from "../../base/tar/byte_string.ts";
import { closeFile, openDirectoryAt, openPathIfThere } from "../../linux/at_file.ts";
import { namesIn } from "../../linux/directory_names.ts";
import { AT_FDCWD } from "../../linux/open_flags.ts";
import { S_IFDIR, S_IFMT, statusOf } from "../../linux/statx.ts";
import type { FoundFile } from "../../linux/tree_entries.ts";
import { isWhiteout } from "./make_directory.ts";
import { isOpaque } from "./upper_entries.ts";

/** Holds a descriptor for each layer that has the folder, until it is disposed of. */
export class StackedDirectory implements Disposable {
  /** @param files open for reading, highest layer first */
  private constructor(private readonly files: readonly number[]) {}

  /** The root of layers. @param paths of their folders, lowest first. @throws SystemError */
  static root(paths: readonly string[]): StackedDirectory {
    const files = paths.map((path) =>
      openDirectoryAt(AT_FDCWD, nulTerminated(Buffer.from(path).toString("latin1")))
    );
    return new StackedDirectory(files.reverse());
  }

  /** Runs `look` with what `name` is, open with O_PATH; undefined when the layers show nothing there. */
  find<Result>(name: ByteString, look: (found: FoundFile) => Result): Result | undefined {
    for (const directory of this.files) {
      const file = openPathIfThere(directory, nulTerminated(name));
      if (file === undefined) continue;
      try {
        const status = statusOf(file);
        return isWhiteout(status) ? undefined : look({ file, status });
      } finally {
        closeFile(file);
      }
    }
    return undefined;
  }

  /** What can be seen in the folder, in the order of the names' bytes. */
  names(): ByteString[] {
    const all = new Set(this.files.flatMap(namesIn));
    return [...all].filter((name) => this.find(name, () => true)).sort();
  }

  /** The folder `name`, of which find() has said that it is one. The caller disposes of it. @throws SystemError */
  enter(name: ByteString): StackedDirectory {
    const files: number[] = [];
    for (const directory of this.files) {
      const file = openPathIfThere(directory, nulTerminated(name));
      if (file === undefined) continue;
      try {
        const found = { file, status: statusOf(file) };
        if ((found.status.mode & S_IFMT) !== S_IFDIR) break; // a whiteout too: it hides what is below
        files.push(openDirectoryAt(directory, nulTerminated(name)));
        if (isOpaque(found)) break;
      } finally {
        closeFile(file);
      }
    }
    return new StackedDirectory(files);
  }

  [Symbol.dispose](): void {
    for (const file of this.files) closeFile(file);
  }
}
