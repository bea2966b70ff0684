/**
 * The log of a container on disk: what is newest in `log`, what was in it before in `log.1`, `log.2` and so on.
 * Written by the holder of the pump lock alone, while others read (log_set.ts).
 */
import { concatBytes } from "../../base/concat_bytes.ts";
import type { LogOption } from "../../store/container.ts";

export interface LogFileOptions extends LogOption {
  /** is told once when lines go missing */
  onWarning?: (message: string) => void;
}

const NEWLINE = 10;
const LINE_END = new Uint8Array([NEWLINE]);

/** The file that was `log` so many rotations ago; 0: `log` itself. */
export function rotatedLog(path: string, age: number): string {
  return age === 0 ? path : `${path}.${age}`;
}

/**
 * Appends lines, and rotates so that no file is above `maxSizeBytes` and there are never more than `maxFiles`.
 * What can't be written goes missing: a full disk stops no container, and costs no line that is in the log.
 */
export class LogFile implements Disposable {
  /** undefined after a failed rotation, until the next lines come */
  #file: Deno.FsFile | undefined;
  #sizeBytes = 0;
  /** the file does not end with a line's end: a write was cut off by a kill or a power cut */
  #endsInside = false;
  #warned = false;

  constructor(private readonly path: string, private readonly options: LogFileOptions) {
    this.#orWarn(() => this.#open());
  }

  /** @param lines whole lines, each below `maxSizeBytes` */
  append(lines: Uint8Array<ArrayBuffer>): void {
    if (this.options.maxFiles === 0) return;
    this.#orWarn(() => {
      for (let rest = lines; rest.length > 0;) {
        const file = this.#file ?? this.#open();
        const fitting = rest.subarray(0, this.#fittingBytes(rest));
        if (fitting.length > 0) this.#write(file, fitting);
        rest = rest.subarray(fitting.length);
        if (rest.length > 0) this.#rotate();
      }
    });
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #open(): Deno.FsFile {
    const file = Deno.openSync(this.path, { read: true, append: true, create: true, mode: 0o600 });
    this.#file = file;
    this.#sizeBytes = file.statSync().size;
    this.#endsInside = this.#sizeBytes > 0 && lastByte(file) !== NEWLINE;
    return file;
  }

  /** How many of the bytes, up to the end of a line, the file still takes. */
  #fittingBytes(lines: Uint8Array): number {
    const room = this.options.maxSizeBytes - this.#sizeBytes - (this.#endsInside ? 1 : 0);
    if (lines.length <= room) return lines.length;
    const fitting = room > 0 ? lines.lastIndexOf(NEWLINE, room - 1) + 1 : 0;
    // A line that fits nowhere is kept all the same, in a file of its own.
    return fitting === 0 && this.#sizeBytes === 0 ? lines.indexOf(NEWLINE) + 1 || lines.length : fitting;
  }

  #write(file: Deno.FsFile, lines: Uint8Array<ArrayBuffer>): void {
    const bytes = this.#endsInside ? concatBytes([LINE_END, lines]) : lines;
    let written = 0;
    try {
      while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
      this.#sizeBytes += written;
      this.#endsInside = false;
    } catch (error) {
      this.#keepWholeLines(file, bytes.subarray(0, written));
      throw error;
    }
  }

  /** Takes the beginning of a line away that was written; whole lines stay, for somebody may have read them. */
  #keepWholeLines(file: Deno.FsFile, written: Uint8Array): void {
    const kept = written.lastIndexOf(NEWLINE) + 1;
    this.#sizeBytes += kept;
    if (kept > 0) this.#endsInside = false;
    if (kept === written.length) return;
    try {
      file.truncateSync(this.#sizeBytes);
    } catch (error) {
      // A file system that copies on write needs room also for this.
      if (!isSystemError(error)) throw error;
      this.#sizeBytes += written.length - kept;
      this.#endsInside = true;
    }
  }

  /** Done again after a failure in its middle, it gives no more files up. */
  #rotate(): void {
    this[Symbol.dispose]();
    const { maxFiles } = this.options;
    if (maxFiles === 1) ifThere(() => Deno.removeSync(this.path));
    for (let age = maxFiles - 1; age > 0; age--) {
      ifThere(() => Deno.renameSync(rotatedLog(this.path, age - 1), rotatedLog(this.path, age)));
    }
    this.#open();
  }

  #orWarn(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (!this.#warned) this.options.onWarning?.(`'budgie logs' will lack lines: ${error.message}`);
      this.#warned = true;
    }
  }
}

function lastByte(file: Deno.FsFile): number {
  const byte = new Uint8Array(1);
  file.seekSync(-1, Deno.SeekMode.End);
  file.readSync(byte);
  return byte[0];
}

function ifThere(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "code" in error;
}
