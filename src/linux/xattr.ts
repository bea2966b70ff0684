/** Extended attributes (xattr(7)). Each function throws SystemError. */
import { checkAt, type NameBuffer } from "./at_file.ts";
import { cString, errno, openLibc } from "./libc.ts";

const libc = openLibc({
  fsetxattr: { parameters: ["i32", "buffer", "buffer", "usize", "i32"], result: "i32" },
  lsetxattr: { parameters: ["buffer", "buffer", "buffer", "usize", "i32"], result: "i32" },
  lgetxattr: { parameters: ["buffer", "buffer", "buffer", "usize"], result: "isize" },
});

const ENODATA = 61;

/** XATTR_SIZE_MAX (linux/limits.h): no value is longer. */
const LONGEST_VALUE = 65536;

/** Sets an attribute of an open file or directory. */
export function setXattr(file: number, attribute: string, value: Uint8Array): void {
  const name = cString(attribute);
  checkAt(libc.fsetxattr(file, name, value as NameBuffer, BigInt(value.length), 0), "fsetxattr", name);
}

/** Sets an attribute of what cannot be opened (a symlink, a device). */
export function setXattrAt(
  directory: number,
  name: NameBuffer,
  attribute: string,
  value: Uint8Array,
): void {
  // There is no *at call for this before Linux 6.13; the magic link leads to the open directory itself.
  const folder = new TextEncoder().encode(`/proc/self/fd/${directory}/`);
  const path = new Uint8Array(folder.length + name.length);
  path.set(folder);
  path.set(name, folder.length);
  const result = libc.lsetxattr(path, cString(attribute), value as NameBuffer, BigInt(value.length), 0);
  checkAt(result, "lsetxattr", cString(attribute));
}

/** The value of an attribute, undefined if there is none; a symlink is looked at itself. */
export function getXattr(path: string, attribute: string): Uint8Array | undefined {
  const value = new Uint8Array(LONGEST_VALUE);
  const length = libc.lgetxattr(cString(path), cString(attribute), value, BigInt(value.length));
  if (Number(length) === -1 && errno() === ENODATA) return undefined;
  return value.slice(0, Number(checkAt(length, "lgetxattr", cString(path))));
}
