/** A download under way: a file named by its digest, so that the next try finds what arrived. */
import { sleep } from "../../base/sleep.ts";
import type { StorePaths } from "../../store/paths.ts";
import { type Digest, hexOf } from "../../../oci/digest.ts";

/** How often to look whether another process is done with a layer: layers take seconds. */
const WAIT_MS = 100;
const READ_BYTES = 256 * 1024;

/** Holds the flock of the file until it is disposed: one process downloads, the others wait. */
export class PartialBlob implements Disposable {
  private constructor(readonly path: string, private readonly file: Deno.FsFile) {}

  /** Waits while another process has it; `onWait` is called once if so. */
  static async open(
    paths: StorePaths,
    digest: Digest,
    options: { signal?: AbortSignal; onWait?: () => void },
  ): Promise<PartialBlob> {
    const path = `${paths.temporary}/blob-${hexOf(digest)}`;
    for (let waited = false;; waited = true) {
      const partial = PartialBlob.tryOpen(path);
      if (partial) return partial;
      if (!waited) options.onWait?.();
      await sleep(WAIT_MS, options.signal);
    }
  }

  /** A new one for content whose digest is not known yet. */
  static create(paths: StorePaths): PartialBlob {
    return PartialBlob.tryOpen(`${paths.temporary}/blob-import-${crypto.randomUUID()}`)!;
  }

  /** Creates the file if need be; undefined when another process has it. */
  static tryOpen(path: string): PartialBlob | undefined {
    const file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
    // Whoever had the lock may have moved the file to the store meanwhile: then this is not the partial blob.
    if (file.tryLockSync(true) && isFileAt(file, path)) return new PartialBlob(path, file);
    file.close();
    return undefined;
  }

  get sizeBytes(): number {
    return this.file.statSync().size;
  }

  /** What arrived earlier; ends positioned for `append`. */
  *chunks(): Generator<Uint8Array> {
    this.file.seekSync(0, Deno.SeekMode.Start);
    while (true) {
      const buffer = new Uint8Array(READ_BYTES);
      const count = this.file.readSync(buffer);
      if (count === null) return;
      yield buffer.subarray(0, count);
    }
  }

  get modifiedMs(): number {
    return this.file.statSync().mtime?.getTime() ?? 0;
  }

  append(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;) written += this.file.writeSync(bytes.subarray(written));
  }

  /** Forgets what arrived. */
  empty(): void {
    this.file.truncateSync(0);
    this.file.seekSync(0, Deno.SeekMode.Start);
  }

  /** Ends the download: the file is the blob now. It must be on the disk already. */
  publish(target: string): void {
    Deno.renameSync(this.path, target);
  }

  /** Removes it, when it is of no use any more. */
  remove(): void {
    Deno.removeSync(this.path);
  }

  [Symbol.dispose](): void {
    this.file.close();
  }
}

function isFileAt(file: Deno.FsFile, path: string): boolean {
  try {
    const [mine, there] = [file.statSync(), Deno.statSync(path)];
    return mine.ino === there.ino && mine.dev === there.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
