import assert from "node:assert/strict";
import { type ContainerFiles, containerFiles } from "./container_files.ts";
import { makeFifo, openDescriptor } from "../linux/file.ts";
import { O_NONBLOCK, O_WRONLY } from "../linux/open_flags.ts";
import { openPidfd } from "../linux/pidfd.ts";
import { spawnShim } from "../runtime/shim.ts";
import { waitForEnd } from "./process.ts";
import { endShim, hasStartedRuntime, shimPid } from "./shim_process.ts";

Deno.test("a shim that waits for standard input has not started the runtime, and can be ended", async () => {
  using shim = await spawnTestShim();
  assert.equal(hasStartedRuntime(shim.pid), false);
  endShim(shim.files, shim.id);
  assert.ok(await shim.ended());
});

Deno.test("endShim() ends the runtime too", async () => {
  using shim = await spawnTestShim();
  using _input = openDescriptor(`${shim.directory}/streams/in`, O_WRONLY | O_NONBLOCK);
  await eventually(() => hasStartedRuntime(shim.pid));
  const runtime = Number.parseInt(Deno.readTextFileSync(`/proc/${shim.pid}/task/${shim.pid}/children`));
  using pidfd = openPidfd(runtime)!;
  endShim(shim.files, shim.id);
  assert.ok(await shim.ended());
  assert.ok(await waitForEnd(pidfd, { timeoutMs: 5_000 }));
});

Deno.test("endShim() finds a shim that could not say its PID", async () => {
  using shim = await spawnTestShim();
  Deno.removeSync(shim.files.shimPid);
  endShim(shim.files, shim.id);
  assert.ok(await shim.ended());
});

Deno.test("shimPid() is not deceived by a PID that another process has", async () => {
  using shim = await spawnTestShim();
  assert.equal(shimPid(shim.files.shimPid, shim.id), shim.pid);
  assert.equal(shimPid(shim.files.shimPid, "f".repeat(64)), undefined);
  Deno.writeTextFileSync(shim.files.shimPid, `${Deno.pid}\n`);
  assert.equal(shimPid(shim.files.shimPid, shim.id), undefined);
  Deno.kill(shim.pid, "SIGKILL");
  assert.ok(await shim.ended());
});

interface TestShim extends Disposable {
  directory: string;
  id: string;
  pid: number;
  files: ContainerFiles;
  ended(): Promise<boolean>;
}

/** A shim that stands before its first FIFO; its runtime does nothing but wait. */
async function spawnTestShim(): Promise<TestShim> {
  const id = crypto.randomUUID();
  const containers = Deno.makeTempDirSync();
  const files = containerFiles({ containers }, id);
  const { directory } = files;
  Deno.mkdirSync(directory);
  Deno.mkdirSync(`${directory}/streams`);
  for (const name of ["out", "err", "in", "ack"]) makeFifo(`${directory}/streams/${name}`, 0o600);
  const runtime = `${directory}/runtime`;
  Deno.writeTextFileSync(runtime, "#!/bin/sh\nexec sleep 1000\n", { mode: 0o755 });
  const globals = { root: directory };
  const pid = spawnShim({ directory, runtime, id, globals, tty: false, stdin: "until-closed" });
  const pidfd = openPidfd(pid)!;
  await eventually(() => shimPid(files.shimPid, id) === pid);
  return {
    directory,
    id,
    pid,
    files,
    ended: () => waitForEnd(pidfd, { timeoutMs: 5_000 }),
    [Symbol.dispose]() {
      pidfd.close();
      Deno.removeSync(containers, { recursive: true });
    },
  };
}

async function eventually(look: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!look()) {
    if (Date.now() > deadline) throw new Error("not within five seconds");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
