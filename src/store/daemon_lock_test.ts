import assert from "node:assert/strict";
import { type DaemonInfo, runningDaemon, takeDaemonLock } from "./daemon_lock.ts";
import { storePaths } from "./paths.ts";

const INFO: DaemonInfo = { pid: 7, startedAt: "2026-01-02T15:04:05Z", version: "1", onDemand: true };

function scratch() {
  const folder = Deno.makeTempDirSync();
  const paths = storePaths({ get: (name) => name === "BUDGIE_RUN_DIR" ? folder : undefined });
  return { paths, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}

Deno.test("a daemon is seen by others for as long as it has its lock, and is the only one", () => {
  using at = scratch();
  assert.equal(runningDaemon(at.paths), undefined);
  {
    using _lock = takeDaemonLock(at.paths, INFO);
    assert.deepEqual(runningDaemon(at.paths), INFO);
    assert.equal(takeDaemonLock(at.paths, INFO), undefined);
  }
  assert.equal(runningDaemon(at.paths), undefined);
  using again = takeDaemonLock(at.paths, INFO);
  assert.ok(again);
});

Deno.test("a daemon starts although others are just looking whether there is one", async () => {
  using at = scratch();
  const look = ["flock", `${at.paths.run}/daemon.alive`, "sh", "-c", "echo; exec sleep 0.2"];
  const looking = new Deno.Command(look[0], { args: look.slice(1), stdout: "piped" }).spawn();
  const reader = looking.stdout.getReader();
  await reader.read(); // it has the lock now
  using lock = takeDaemonLock(at.paths, INFO);
  assert.ok(lock);
  await Promise.all([reader.cancel(), looking.status]);
});
