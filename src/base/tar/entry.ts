import type { ByteString } from "./byte_string.ts";
import type { TarTime } from "./pax.ts";

/** What an entry makes. */
export type TarEntryKind = "file" | "directory" | "symlink" | "hardlink" | "character" | "block" | "fifo";

/** One member of an archive, its extended headers taken in. Nothing here is safe to use as a path yet. */
export interface TarEntry {
  kind: TarEntryKind;
  /** as the archive has it: perhaps absolute, with `..`, empty or very long, but without a NUL */
  name: ByteString;
  /** where a symlink points, or which member a hard link is another name of */
  linkName: ByteString;
  /** permission bits with setuid, setgid and sticky */
  mode: number;
  /** perhaps negative or too large for a system */
  uid: number;
  gid: number;
  mtime: TarTime;
  /** bytes of the file, holes included; 0 for what is no file */
  size: number;
  deviceMajor: number;
  deviceMinor: number;
  /** from `SCHILY.xattr.*` */
  xattrs: ReadonlyMap<ByteString, Uint8Array>;
  /** The stored bytes in order. Once, and before the next entry is asked for; what is not read is passed over. */
  content(): AsyncGenerator<TarData, void, void>;
}

/** A piece of a file and its place. What no piece covers reads as zeros. */
export interface TarData {
  offset: number;
  bytes: Uint8Array;
}
