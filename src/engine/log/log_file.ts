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

/** A place between two lines; the next ones come behind it. */
export interface LogEnd {
  /** of the file that is `log` at this moment; 0: there is none */
  inode: number;
  offset: number;
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
  #inode = 0;
  #sizeBytes = 0;
  /** the file does not end with a line's end: a write was cut off by a kill or a power cut */
  #endsInside = false;
  #warned = false;

  constructor(private readonly path: string, private readonly options: LogFileOptions) {
    this.#orWarn(() => this.#open());
  }

  /** Where the next lines will begin. */
  get end(): LogEnd {
    return { inode: this.#inode, offset: this.#sizeBytes + (this.#endsInside ? LINE_END.length : 0) };
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

  /**
   * Appends what is missing of lines that somebody was appending, when he was killed.
   * @param since where the log ended before the first of them
   */
  appendRest(lines: Uint8Array<ArrayBuffer>, since: LogEnd): void {
    if (this.options.maxFiles === 0) return;
    const there = Math.min(this.#bytesSince(since), lines.length);
    const whole = there > 0 ? lines.lastIndexOf(NEWLINE, there - 1) + 1 : 0;
    this.#orWarn(() => this.#takeBack(there - whole));
    this.append(lines.subarray(whole));
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #open(): Deno.FsFile {
    const file = Deno.openSync(this.path, { read: true, append: true, create: true, mode: 0o600 });
    this.#file = file;
    const { ino, size } = file.statSync();
    this.#inode = ino ?? 0;
    this.#sizeBytes = size;
    this.#endsInside = this.#sizeBytes > 0 && lastByte(file) !== NEWLINE;
    return file;
  }

  /** Infinity where the file of that time is not there any more: so much was logged since. */
  #bytesSince({ inode, offset }: LogEnd): number {
    let newer = 0;
    for (let age = 0; age < this.options.maxFiles; age++) {
      const file = ifThere(() => Deno.statSync(rotatedLog(this.path, age)));
      // The end of the line before may not have been written either.
      if (file?.ino === inode && file.size >= offset - LINE_END.length) {
        return newer + Math.max(0, file.size - offset);
      }
      newer += file?.size ?? 0;
    }
    return Infinity;
  }

  /** @param count of bytes at the end, all in one line */
  #takeBack(count: number): void {
    if (count === 0 || !this.#file) return;
    this.#file.truncateSync(this.#sizeBytes - count);
    this.#sizeBytes -= count;
    this.#endsInside = false;
  }

  /** How many of the bytes, up to the end of a line, the file still takes. */
  #fittingBytes(lines: Uint8Array): number {
    const room = this.options.maxSizeBytes - this.end.offset;
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

function ifThere<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "code" in error;
}
