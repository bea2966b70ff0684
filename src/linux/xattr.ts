/** Extended attributes (xattr(7)). Each function throws SystemError. */
import { checkAt, isErrno, type NameBuffer, openedPath } from "./at_file.ts";
import { cString, errno, openLibc } from "./libc.ts";

const libc = openLibc({
  fsetxattr: { parameters: ["i32", "buffer", "buffer", "usize", "i32"], result: "i32" },
  lsetxattr: { parameters: ["buffer", "buffer", "buffer", "usize", "i32"], result: "i32" },
  getxattr: { parameters: ["buffer", "buffer", "buffer", "usize"], result: "isize" },
  listxattr: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  lgetxattr: { parameters: ["buffer", "buffer", "buffer", "usize"], result: "isize" },
});

const ENODATA = 61;
const EOPNOTSUPP = 95;

/** XATTR_SIZE_MAX (linux/limits.h): no value is longer. */
const LONGEST_VALUE = 65536;
/** XATTR_LIST_MAX (linux/limits.h): all names of a file together are no longer. */
const LONGEST_LIST = 65536;

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

/** Names of all attributes of a file or directory, which may be open with O_PATH. */
export function listXattrs(file: number): string[] {
  const names = new Uint8Array(LONGEST_LIST);
  try {
    const length = checkAt(libc.listxattr(openedPath(file), names, BigInt(names.length)), "listxattr");
    // A name that is not ASCII is nobody's convention.
    return new TextDecoder("latin1").decode(names.subarray(0, Number(length))).split("\0").filter(Boolean);
  } catch (error) {
    if (isErrno(error, "EOPNOTSUPP")) return [];
    throw error;
  }
}

/** As getXattr(), of what is open, perhaps with O_PATH. */
export function getXattrOf(file: number, attribute: string): Uint8Array | undefined {
  const value = new Uint8Array(LONGEST_VALUE);
  const length = libc.getxattr(openedPath(file), cString(attribute), value, BigInt(value.length));
  if (Number(length) === -1 && [ENODATA, EOPNOTSUPP].includes(errno())) return undefined;
  return value.slice(0, Number(checkAt(length, "getxattr", cString(attribute))));
}
