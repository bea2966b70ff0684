/** Entries of an archive become files below a directory that may be hostile. */
import { BudgieError } from "../../base/errors.ts";
import { type ByteString, shownName } from "../../base/tar/byte_string.ts";
import type { TarEntry } from "../../base/tar/entry.ts";
import { nextTurn } from "../../base/turn.ts";
import { DirectoryTree } from "../../image/layer/directory_tree.ts";
import { LayerError } from "../../image/layer/layer_error.ts";
import { TreeWriter } from "../../image/layer/tree_writer.ts";
import { SystemError } from "../../linux/libc.ts";

export interface WriteOptions {
  /** what is made of an entry; undefined: nothing */
  adapt: (entry: TarEntry) => TarEntry | undefined;
  signal?: AbortSignal;
}

/**
 * Nothing outside of the directory is touched, whatever the entries say and whatever lies in it.
 * @param root path of the directory; it has no symlink at its end
 * @returns bytes of all files
 * @throws BudgieError; SystemError; what `entries` throws
 */
export async function writeEntries(
  root: string,
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
  { adapt, signal }: WriteOptions,
): Promise<number> {
  using writer = new TreeWriter(new DirectoryTree(root));
  for await (const entry of entries) {
    signal?.throwIfAborted();
    const adapted = adapt(entry);
    if (adapted) await writer.add(adapted).catch((error) => explain(error, adapted.name));
    await nextTurn(); // all of this is done without waiting, and nobody could interrupt it
  }
  writer.finish();
  return writer.contentBytes;
}

/** errno(3) names, as they meet a person who copies. */
const REASONS: Record<string, string> = {
  EROFS: "the file system there is read-only",
  EBUSY: "something is mounted there",
  EPERM: "the file system there does not allow it",
  EACCES: "permission denied",
};

function explain(error: unknown, name: ByteString): never {
  const reason = error instanceof LayerError
    ? error.reason
    : error instanceof SystemError
    ? REASONS[error.code]
    : undefined;
  if (reason === undefined) throw error;
  throw new BudgieError(`Cannot copy '${shownName(name)}': ${reason}`, { cause: error });
}
