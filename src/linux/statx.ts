/** statx(2): its struct is the same on every architecture, unlike struct stat. */
import { checkAt, type FileTime, type NameBuffer } from "./at_file.ts";
import { openLibc } from "./libc.ts";
import { AT_SYMLINK_NOFOLLOW } from "./open_flags.ts";

/** The type bits of a mode (inode(7)). */
export const S_IFMT = 0o170000;
export const S_IFIFO = 0o010000;
export const S_IFCHR = 0o020000;
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFLNK = 0o120000;
export const S_IFSOCK = 0o140000;

/** What the kernel knows of a file. */
export interface FileStatus {
  /** with the type bits */
  mode: number;
  uid: number;
  gid: number;
  sizeBytes: number;
  modified: FileTime;
  links: number;
  inode: bigint;
  /** of the file system, as `major:minor` */
  device: string;
  /** something is mounted here, and this is its root (Linux 5.8) */
  isMountRoot: boolean;
  /** what a device node stands for */
  node: { major: number; minor: number };
}

const libc = openLibc({
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
});

/** include/uapi/linux/stat.h */
const STATX_BASIC_STATS = 0x7ff;
const STATX_ATTR_MOUNT_ROOT = 0x2000n;
const SIZEOF_STATX = 256;
/** include/uapi/linux/fcntl.h: an empty name is the descriptor's own file */
const AT_EMPTY_PATH = 0x1000;
const EMPTY_NAME = new Uint8Array(1);

/** What `name` in `directory` is, itself and not what a symlink leads to. @throws SystemError */
export function statusAt(directory: number, name: NameBuffer): FileStatus {
  return status(directory, name, AT_SYMLINK_NOFOLLOW);
}

/** What an open file is; it may be open with O_PATH, and a symlink. @throws SystemError */
export function statusOf(file: number): FileStatus {
  return status(file, EMPTY_NAME, AT_EMPTY_PATH);
}

function status(directory: number, name: NameBuffer, flags: number): FileStatus {
  const buffer = new Uint8Array(SIZEOF_STATX);
  const result = libc.statx(directory, name, flags, STATX_BASIC_STATS, buffer);
  checkAt(result, "statx", name);
  const view = new DataView(buffer.buffer);
  return {
    isMountRoot: (view.getBigUint64(8, true) & STATX_ATTR_MOUNT_ROOT) !== 0n,
    links: view.getUint32(16, true),
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    mode: view.getUint16(28, true),
    inode: view.getBigUint64(32, true),
    sizeBytes: Number(view.getBigUint64(40, true)),
    modified: { seconds: Number(view.getBigInt64(112, true)), nanoseconds: view.getUint32(120, true) },
    node: { major: view.getUint32(128, true), minor: view.getUint32(132, true) },
    device: `${view.getUint32(136, true)}:${view.getUint32(140, true)}`,
  };
}
