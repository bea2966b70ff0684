import assert from "node:assert/strict";
import "../linux/inotify.ts"; // with the first that waits; a library that a test opens would be a leak
import { tryLock, waitForLock } from "./lock.ts";

async function withLockFile(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/lock`);
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/** Another process that holds the lock until it is killed. */
async function holder(path: string): Promise<AsyncDisposable & { kill(): void }> {
  const child = new Deno.Command("flock", {
    args: ["--no-fork", path, "sh", "-c", "echo held; exec sleep 1000"],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    kill: () => child.kill("SIGKILL"),
    async [Symbol.asyncDispose]() {
      await child.status;
      await reader.cancel();
    },
  };
}

Deno.test("waitForLock() has the lock as soon as its holder was killed", () =>
  withLockFile(async (path) => {
    await using other = await holder(path);
    assert.equal(tryLock(path), undefined);
    const waiting = waitForLock(path);
    other.kill();
    using _lock = await waiting;
    assert.equal(tryLock(path), undefined);
  }));

Deno.test("many who wait for one lock have it one after the other", () =>
  withLockFile(async (path) => {
    let holders = 0;
    const turn = async () => {
      using _lock = await waitForLock(path);
      assert.equal(++holders, 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      holders--;
    };
    await Promise.all(Array.from({ length: 20 }, turn));
  }));

Deno.test("waitForLock() ends with its signal, and with its folder", () =>
  withLockFile(async (path) => {
    const lock = tryLock(path)!;
    await assert.rejects(waitForLock(path, { signal: AbortSignal.timeout(20) }), { name: "TimeoutError" });
    const waiting = waitForLock(path);
    await Deno.remove(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    lock[Symbol.dispose]();
    await assert.rejects(waiting, Deno.errors.NotFound);
  }));

Deno.test("waitForLock() waits for the file that is there, not for one that was replaced", () =>
  withLockFile(async (path) => {
    const old = tryLock(path)!;
    const waiting = waitForLock(path);
    Deno.removeSync(path);
    const current = tryLock(path)!;
    old[Symbol.dispose]();
    let done = false;
    waiting.then(() => done = true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(done, false);
    current[Symbol.dispose]();
    (await waiting)[Symbol.dispose]();
  }));
