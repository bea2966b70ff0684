/**
 * Standard streams for a runtime's `exec`. crun 1.8.1 gives them to the user of the new process (chown), and with
 * them the host's own /dev/null: nothing of the host may be among them but what the user has connected.
 */
import { waitForLock } from "../../store/lock.ts";
import type { StorePaths } from "../../store/paths.ts";

const NULL = "/dev/null";

type Stream = "inherit" | "piped";

/** One of our own descriptors as it is; a pipe that is read and forgotten where ours is /dev/null. */
export function ownStream(fd: 1 | 2): Stream {
  try {
    return Deno.statSync(`/proc/self/fd/${fd}`).rdev === Deno.statSync(NULL).rdev ? "piped" : "inherit";
  } catch {
    return "inherit"; // it is closed
  }
}

/** Reads what `ownStream` sent into pipes, and ends an input that nobody gives. */
export function settleStreams(child: Deno.ChildProcess, piped: { stdin: boolean; outputs: Stream[] }): void {
  if (piped.stdin) child.stdin.close().catch(() => {});
  const [stdout, stderr] = piped.outputs;
  if (stdout === "piped") child.stdout.pipeTo(new WritableStream()).catch(() => {});
  if (stderr === "piped") child.stderr.pipeTo(new WritableStream()).catch(() => {});
}

/**
 * For a process that goes on without us, and so on /dev/null: its owner is what it was when disposed. One at a time,
 * for another would take what the first one's runtime made of it for what it was.
 */
export async function keepNullOwner(paths: StorePaths): Promise<Disposable> {
  const lock = await waitForLock(`${paths.locks}/null`);
  const { uid, gid } = Deno.statSync(NULL);
  return {
    [Symbol.dispose]() {
      using _lock = lock;
      const now = Deno.statSync(NULL);
      if (now.uid !== uid || now.gid !== gid) Deno.chownSync(NULL, uid, gid);
    },
  };
}
