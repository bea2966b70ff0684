/** mount(2) and umount2(2). */
import { check, cString, openLibc } from "./libc.ts";

/** The mount goes now from sight, and for good when nothing uses it any more. */
const MNT_DETACH = 2;
/** A symlink is not followed. */
const UMOUNT_NOFOLLOW = 8;

/** include/uapi/linux/mount.h */
export const MS_RDONLY = 1;
export const MS_REMOUNT = 1 << 5;
export const MS_BIND = 1 << 12;
export const MS_REC = 1 << 14;
export const MS_SLAVE = 1 << 19;

const libc = openLibc({
  mount: { parameters: ["buffer", "buffer", "buffer", "u64", "buffer"], result: "i32" },
  umount2: { parameters: ["buffer", "i32"], result: "i32" },
});

/** @throws SystemError about the target */
export function mount(
  source: string,
  target: string,
  options: { type: string; flags?: number; data?: string },
): void {
  const { type, flags = 0, data } = options;
  const result = libc.mount(
    cString(source),
    cString(target),
    cString(type),
    BigInt(flags),
    data === undefined ? null : cString(data),
  );
  check(result, "mount", target);
}

/** @throws SystemError; EINVAL when nothing is mounted there */
export function unmount(target: string, flags = MNT_DETACH | UMOUNT_NOFOLLOW): void {
  check(libc.umount2(cString(target), flags), "umount", target);
}
