import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { mountsBelow } from "./fixture/leftovers.ts";
import { show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("the data directory and the run directory are closed to others", async () => {
  await using host = await openHost();
  await host.ok(["run", "--rm", "busybox", "true"]);
  assert.equal((await Deno.stat(host.data)).mode! & 0o777, 0o700);
  assert.equal((await Deno.stat(host.run)).mode! & 0o077, 0);
});

Deno.test("state.json has a schema version, and one from the future is refused unharmed", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "busybox", "true"]);
  const path = `${host.data}/state.json`;
  const state = JSON.parse(await Deno.readTextFile(path));
  const key = Object.keys(state).find((name) => /version/i.test(name));
  assert.ok(key, JSON.stringify(Object.keys(state)));
  const future = JSON.stringify({ ...state, [key]: 999 });
  await Deno.writeTextFile(path, future);
  const result = await host.budgie(["ps", "-a"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: .*999/m);
  assert.equal(await Deno.readTextFile(path), future);
  await Deno.writeTextFile(path, JSON.stringify(state));
});

Deno.test("a broken state.json is named, not replaced", async () => {
  await using host = await openHost();
  const path = `${host.data}/state.json`;
  await Deno.writeTextFile(path, "{ half");
  const result = await host.budgie(["ps"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: .*state\.json/m);
  assert.equal(await Deno.readTextFile(path), "{ half");
  await Deno.remove(path);
});

Deno.test("of many that want one name at once, exactly one gets it", async () => {
  await using host = await openHost();
  const results = await Promise.all(
    Array.from({ length: 6 }, () => host.budgie(["run", "--name", "same", "busybox", "true"])),
  );
  assert.deepEqual(results.map(({ code }) => code).sort(), [0, 125, 125, 125, 125, 125]);
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}}"]), "same");
});

Deno.test("many containers at once all work and all are remembered", async () => {
  await using host = await openHost();
  const count = 8;
  const results = await Promise.all(
    Array.from(
      { length: count },
      (_, i) => host.budgie(["run", "--name", `c${i}`, "busybox", "echo", `${i}`]),
    ),
  );
  assert.deepEqual(results.map(({ stdout }) => stdout), Array.from({ length: count }, (_, i) => `${i}\n`));
  assert.equal((await host.ok(["ps", "-aq"])).split("\n").length, count);
});

Deno.test("after a SIGKILL at any moment the next command finds no half container", async () => {
  await using host = await openHost();
  for (let delayMs = 40; delayMs <= 140; delayMs += 10) {
    const child = host.spawn(["run", "--rm", "--name", "victim", "busybox", "true"]);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    try {
      child.kill("SIGKILL");
    } catch {
      // It was faster.
    }
    await child.output();
    await eventually(`clean after ${delayMs} ms`, async () => {
      const listed = await host.ok(["ps", "-a", "--format", "{{.Names}} {{.Status}}"]);
      if (listed !== "") return false;
      return (await mountsBelow([host.data])).length === 0 &&
        (await Array.fromAsync(Deno.readDir(`${host.data}/containers`))).length === 0;
    });
    assert.equal(await host.ok(["run", "--rm", "--name", "victim", "busybox", "echo", "free"]), "free");
  }
});

Deno.test("running or not is seen, not believed: a container that died with its shim is not up", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  Deno.kill(web.pid, "SIGKILL");
  assert.equal((await web.ended).code, 137);
  assert.equal(
    await host.ok(["inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", "web"]),
    "exited 137",
  );
});

Deno.test("after a reboot containers are down and their names and files are kept", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "busybox", "touch", "/kept"]);
  await Deno.remove(host.run, { recursive: true }); // what a reboot does to /run
  assert.match(await host.ok(["ps", "-a", "--format", "{{.Names}} {{.Status}}"]), /^one Exited \(0\)/);
  await host.ok(["rm", "one"]);
});
