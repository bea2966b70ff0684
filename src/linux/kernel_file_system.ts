/** Telling files from what the kernel makes up: a "file" of /proc has no size, no end, or acts on being read. */
import { checkAt } from "./at_file.ts";
import { openLibc } from "./libc.ts";

const libc = openLibc({
  fstatfs: { parameters: ["i32", "buffer"], result: "i32" },
});

/** sizeof(struct statfs) is 120 on both architectures; f_type is its first long. */
const SIZEOF_STATFS = 120;

/** include/uapi/linux/magic.h */
const KERNEL_FILE_SYSTEMS = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x1cd1, // devpts
  0x19800202, // mqueue
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0xcafe4a11, // bpf
  0x6165676c, // pstore
  0x62656570, // configfs
  0x42494e4d, // binfmt_misc
  0x65735543, // fusectl
  0xf97cff8c, // selinuxfs
  0xde5e81e4, // efivarfs
  0x6e736673, // nsfs
]);

/** Whether an open file, perhaps of O_PATH, lies in such a file system. @throws SystemError */
export function isKernelFile(file: number): boolean {
  const buffer = new Uint8Array(SIZEOF_STATFS);
  checkAt(libc.fstatfs(file, buffer), "fstatfs");
  return KERNEL_FILE_SYSTEMS.has(new DataView(buffer.buffer).getUint32(0, true));
}
