/** Mounts that only this process sees, and that are gone with it, however it ends. */
import { openDescriptor } from "./file.ts";
import { check, openLibc } from "./libc.ts";
import { mount, MS_REC, MS_SLAVE } from "./mount.ts";
import { O_RDONLY } from "./open_flags.ts";

const libc = openLibc({
  unshare: { parameters: ["i32"], result: "i32" },
  setns: { parameters: ["i32", "i32"], result: "i32" },
});

/** include/uapi/linux/sched.h */
const CLONE_FS = 0x200;
const CLONE_NEWNS = 0x20000;

/**
 * From now on, until it is disposed of, what this thread mounts and unmounts is its own affair (mount_namespaces(7));
 * what the host mounts is still seen. Deno's asynchronous file calls run on other threads, which may see nothing of it:
 * only synchronous ones and those of this folder do. For commands, which end soon: a thread that starts meanwhile
 * never comes back.
 * @throws SystemError
 */
export function enterPrivateMounts(): Disposable {
  using undo = new DisposableStack();
  const before = undo.use(openDescriptor("/proc/thread-self/ns/mnt", O_RDONLY));
  const directory = Deno.cwd();
  check(libc.unshare(CLONE_NEWNS), "unshare");
  undo.defer(() => {
    check(libc.unshare(CLONE_FS), "unshare"); // a thread that started meanwhile shares our directory, which forbids it
    check(libc.setns(before.fd, CLONE_NEWNS), "setns");
    Deno.chdir(directory); // setns(2) goes to the root
  });
  // Slave: the host's later mounts come in, and none of ours goes out.
  mount("none", "/", { type: "none", flags: MS_REC | MS_SLAVE });
  return undo.move();
}
