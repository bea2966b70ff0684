/** Network namespaces (network_namespaces(7)): making them, keeping them, doing one thing in another one. */
import { check, errno, openLibc, SystemError } from "./libc.ts";
import { type Descriptor, openDescriptor } from "./file.ts";
import { mount, MS_BIND, unmount } from "./mount.ts";
import { NetlinkSocket } from "./netlink.ts";
import { O_RDONLY } from "./open_flags.ts";
import { changeLink } from "./route/link.ts";

const libc = openLibc({
  setns: { parameters: ["i32", "i32"], result: "i32" },
  unshare: { parameters: ["i32"], result: "i32" },
  abort: { parameters: [], result: "void" },
});

/** include/uapi/linux/sched.h */
const CLONE_NEWNET = 0x40000000;

/** setns(2) and unshare(2) move a thread, and synchronous calls stay on this one. */
const OWN = "/proc/thread-self/ns/net";

/** The network namespace of a process, kept as long as it is open. @throws SystemError, ENOENT when it has ended */
export function openNetworkNamespace(pid: number): Descriptor {
  return openDescriptor(`/proc/${pid}/ns/net`, O_RDONLY);
}

/** One that keepNetworkNamespace() or makeNetworkNamespace() put at `path`. @throws SystemError */
export function openKeptNetworkNamespace(path: string): Descriptor {
  return openDescriptor(path, O_RDONLY);
}

/** Whether a namespace is kept at `path`: it is but a file until something is mounted there. */
export function isNetworkNamespace(path: string): boolean {
  try {
    return Deno.statSync(path).dev === Deno.statSync(OWN).dev; // all namespaces are in one file system, nsfs
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Makes a network namespace with nothing but loopback, which is up, and keeps it at `path` without any process in it.
 * Until the last step, nothing is there. @throws SystemError
 */
export function makeNetworkNamespace(path: string): void {
  leaving(() => check(libc.unshare(CLONE_NEWNET), "unshare"), () => {
    using socket = new NetlinkSocket();
    socket.apply([changeLink("lo", { up: true })]);
    keep(OWN, path);
  });
}

/** Keeps the network namespace of a process at `path`. @throws SystemError, ENOENT when it has ended */
export function keepNetworkNamespace(pid: number, path: string): void {
  keep(`/proc/${pid}/ns/net`, path);
}

function keep(namespace: string, path: string): void {
  Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
  try {
    mount(namespace, path, { type: "none", flags: MS_BIND });
  } catch (error) {
    Deno.removeSync(path); // its presence means that there is a namespace
    throw error;
  }
}

/** It lives on while a process is in it. Removing what is already gone is success. @throws SystemError */
export function removeNetworkNamespace(path: string): void {
  try {
    if (isNetworkNamespace(path)) unmount(path);
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Calls `run` in another network namespace. A socket stays in the namespace that it is made in, so it is enough
 * to begin with a connection in there: `run` has to make the socket before it returns, as `Deno.connect()`
 * does, and must not wait for anything. Files of /proc/sys/net are those of the namespace too, to synchronous calls.
 *
 * @throws SystemError; what `run` throws
 */
export function inNetworkNamespace<Result>(namespace: Descriptor, run: () => Result): Result {
  return leaving(() => check(libc.setns(namespace.fd, CLONE_NEWNET), "setns"), run);
}

/** Calls `run` where `leave` has brought this thread, and comes back. */
function leaving<Result>(leave: () => void, run: () => Result): Result {
  using own = openDescriptor(OWN, O_RDONLY);
  leave();
  try {
    return run();
  } finally {
    if (libc.setns(own.fd, CLONE_NEWNET) === -1) dieInWrongNamespace();
  }
}

// Everything that comes after would be done in the container's network.
function dieInWrongNamespace(): never {
  console.error(`Cannot return to the host's network: ${new SystemError("setns", errno()).message}`);
  libc.abort();
  throw new Error("unreachable");
}
