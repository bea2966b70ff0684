/** The names in a directory, as bytes: Deno.readDir() knows only those that are UTF-8. */
import { type ByteString, byteStringToNul } from "../base/tar/byte_string.ts";
import { checkAt } from "./at_file.ts";
import { openLibc } from "./libc.ts";

const libc = openLibc({
  syscall: { parameters: ["i64", "i32", "buffer", "usize"], result: "i64" },
});

/** getdents64(2) by its number: glibc before 2.30 has no wrapper. asm/unistd.h of each architecture. */
const SYS_GETDENTS64 = Deno.build.arch === "aarch64" ? 61n : 217n;
const BUFFER_BYTES = 64 * 1024;

/** struct linux_dirent64: d_ino and d_off of eight bytes each, d_reclen, d_type, d_name. */
const RECORD_LENGTH = 16;
const NAME = 19;

/** In the order of their bytes, without `.` and `..`. @param directory open for reading, from its start. @throws SystemError */
export function namesIn(directory: number): ByteString[] {
  const names: ByteString[] = [];
  const buffer = new Uint8Array(BUFFER_BYTES);
  const view = new DataView(buffer.buffer);
  for (;;) {
    const length = Number(checkAt(
      libc.syscall(SYS_GETDENTS64, directory, buffer, BigInt(buffer.length)),
      "getdents64",
    ));
    if (length === 0) return names.sort();
    for (let at = 0; at < length; at += view.getUint16(at + RECORD_LENGTH, true)) {
      const end = at + view.getUint16(at + RECORD_LENGTH, true);
      const name = byteStringToNul(buffer.subarray(at + NAME, end));
      if (name !== "." && name !== "..") names.push(name);
    }
  }
}
