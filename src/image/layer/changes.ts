/** What a container changed, told by its upper directory and the layers below: docker's rules for `diff`. */
import { type ByteString, nulTerminated } from "../../base/tar/byte_string.ts";
import { closeFile, openPathIfThere, reopen } from "../../linux/at_file.ts";
import { namesIn } from "../../linux/directory_names.ts";
import { O_DIRECTORY, O_RDONLY } from "../../linux/open_flags.ts";
import { type FileStatus, S_IFDIR, S_IFMT, S_IFREG, statusOf } from "../../linux/statx.ts";
import type { FoundFile } from "../../linux/tree_entries.ts";
import { getXattrOf } from "../../linux/xattr.ts";
import { isWhiteout } from "./make_directory.ts";
import { StackedDirectory } from "./stacked_directory.ts";
import { isOpaque } from "./upper_entries.ts";

/** A: added, C: changed, D: deleted. `path` is absolute, in the container. */
export interface Change {
  kind: "A" | "C" | "D";
  path: ByteString;
}

/**
 * The changes, folders before what is in them, in the order of the names' bytes. A folder counts as changed when
 * something in it is; what a deleted folder held is not listed.
 *
 * @param upper open with O_PATH
 * @param options.layers folders of the layers below, lowest first
 * @param options.leaveOut as UpperOptions has it
 * @throws SystemError
 */
export function layerChanges(
  upper: number,
  options: { layers: readonly string[]; leaveOut: (path: ByteString, found: FoundFile) => boolean },
): Change[] {
  using lower = StackedDirectory.root(options.layers);
  const differ = new Differ(options.leaveOut);
  differ.compare({ file: upper, status: statusOf(upper) }, { lower, path: "" });
  return differ.changes;
}

/** Where the comparison is: without `lower`, all is new. */
interface Place {
  lower?: StackedDirectory;
  /** of the folder, from the root, without a slash before it */
  path: ByteString;
}

class Differ {
  readonly changes: Change[] = [];

  constructor(readonly leaveOut: (path: ByteString, found: FoundFile) => boolean) {}

  /** Compares what is in a folder of the upper directory with the same folder below. */
  compare(folder: FoundFile, { lower, path }: Place): void {
    const own = withReadable(folder, namesIn);
    // What only lies below is still there, unless this folder hides it.
    const hidden = lower && isOpaque(folder) ? lower.names() : [];
    for (const name of [...new Set([...own, ...hidden])].sort()) {
      const inner = path === "" ? name : `${path}/${name}`;
      const found = withFile(folder, name, (found) => this.#compareFile(found, { lower, path: inner, name }));
      if (found === "missing" && hidden.includes(name)) this.#add("D", inner);
    }
  }

  #compareFile(found: FoundFile, { lower, path, name }: Place & { name: ByteString }): void {
    if (this.leaveOut(path, found)) return;
    const below = lower?.find(name, (below) => ({
      isDirectory: isDirectory(below.status),
      differs: differs(found, below),
    }));
    if (isWhiteout(found.status)) return below && this.#add("D", path);
    const before = this.changes.length;
    if (isDirectory(found.status)) {
      using inside = below?.isDirectory ? lower!.enter(name) : undefined;
      this.compare(found, { lower: inside, path });
    }
    const changedInside = this.changes.length > before;
    if (!below) this.#add("A", path, before);
    else if (below.differs || changedInside) this.#add("C", path, before);
  }

  #add(kind: Change["kind"], path: ByteString, at = this.changes.length): void {
    this.changes.splice(at, 0, { kind, path: `/${path}` });
  }
}

/** As docker compares: a file that was only opened for writing is the same, and a folder's time says nothing. */
function differs(found: FoundFile, below: FoundFile): boolean {
  const [now, before] = [found.status, below.status];
  if (now.mode !== before.mode || now.uid !== before.uid || now.gid !== before.gid) return true;
  if (now.node.major !== before.node.major || now.node.minor !== before.node.minor) return true;
  if (isDirectory(now)) return false;
  return now.sizeBytes !== before.sizeBytes || now.modified.seconds !== before.modified.seconds ||
    now.modified.nanoseconds !== before.modified.nanoseconds || capability(found) !== capability(below);
}

function capability({ file, status }: FoundFile): string | undefined {
  if ((status.mode & S_IFMT) !== S_IFREG) return undefined;
  return getXattrOf(file, "security.capability")?.toHex();
}

function isDirectory({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFDIR;
}

function withFile<Result>(
  folder: FoundFile,
  name: ByteString,
  look: (found: FoundFile) => Result,
): Result | "missing" {
  const file = openPathIfThere(folder.file, nulTerminated(name));
  if (file === undefined) return "missing";
  try {
    return look({ file, status: statusOf(file) });
  } finally {
    closeFile(file);
  }
}

function withReadable<Result>({ file }: FoundFile, look: (file: number) => Result): Result {
  const readable = reopen(file, O_RDONLY | O_DIRECTORY);
  try {
    return look(readable);
  } finally {
    closeFile(readable);
  }
}
