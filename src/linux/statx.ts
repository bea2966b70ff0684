/** statx(2): its struct is the same on every architecture, unlike struct stat. */
import { checkAt, type NameBuffer } from "./at_file.ts";
import { openLibc } from "./libc.ts";
import { AT_SYMLINK_NOFOLLOW } from "./open_flags.ts";

/** The type bits of a mode (inode(7)). */
export const S_IFMT = 0o170000;
export const S_IFIFO = 0o010000;
export const S_IFCHR = 0o020000;
export const S_IFDIR = 0o040000;
export const S_IFBLK = 0o060000;
export const S_IFLNK = 0o120000;

/** What the kernel knows of a file. */
export interface FileStatus {
  /** with the type bits */
  mode: number;
  uid: number;
  gid: number;
  sizeBytes: number;
  links: number;
  inode: bigint;
  /** of the file system, as `major:minor` */
  device: string;
  /** what a device node stands for */
  node: { major: number; minor: number };
}

const libc = openLibc({
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
});

/** include/uapi/linux/stat.h */
const STATX_BASIC_STATS = 0x7ff;
const SIZEOF_STATX = 256;

/** What `name` in `directory` is, itself and not what a symlink leads to. @throws SystemError */
export function statusAt(directory: number, name: NameBuffer): FileStatus {
  const buffer = new Uint8Array(SIZEOF_STATX);
  const result = libc.statx(directory, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, buffer);
  checkAt(result, "statx", name);
  const view = new DataView(buffer.buffer);
  return {
    links: view.getUint32(16, true),
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    mode: view.getUint16(28, true),
    inode: view.getBigUint64(32, true),
    sizeBytes: Number(view.getBigUint64(40, true)),
    node: { major: view.getUint32(128, true), minor: view.getUint32(132, true) },
    device: `${view.getUint32(136, true)}:${view.getUint32(140, true)}`,
  };
}
