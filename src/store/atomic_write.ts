/** Replacing a file so that a reader, and a power cut, sees the old content or the new, never a part. */
import { writeAll } from "../base/write_all.ts";

/**
 * Writes beside `path`, syncs, renames over it and syncs the folder. On failure the old file stands and
 * nothing is left beside it.
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number } = {},
): void {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    using file = Deno.openSync(temporary, { write: true, createNew: true, mode: options.mode ?? 0o600 });
    writeAll(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
    file.syncDataSync();
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
  syncFolder(path.slice(0, path.lastIndexOf("/")));
}

/** The same for one writer at a time, and for what a power cut may take: nothing is synced. */
export function replaceUnsynced(path: string, text: string, options: { mode?: number } = {}): void {
  const temporary = `${path}.tmp`;
  Deno.writeTextFileSync(temporary, text, options);
  Deno.renameSync(temporary, path);
}

/** Makes creations, renames and removals in a folder survive a power cut. */
export function syncFolder(folder: string): void {
  using handle = Deno.openSync(folder, { read: true });
  handle.syncSync();
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
