/** The daemon: there when it is needed, and never needed by a container that runs. */
import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { mountsBelow } from "./fixture/leftovers.ts";
import { show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

const TICKS = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done";

Deno.test("run -d prints the ID, and the container goes on with its output kept", async () => {
  await using host = await openHost();
  const id = await host.ok([
    "run",
    "-d",
    "--name",
    "web",
    "busybox",
    "sh",
    "-c",
    "echo one; echo two >&2; sleep 60",
  ]);
  assert.match(id, /^[0-9a-f]{64}$/);
  await eventually("its output", async () => /one/.test(await host.ok(["logs", "web"])));
  const { stdout, stderr } = await host.budgie(["logs", "web"]);
  assert.deepEqual([stdout, stderr], ["one\n", "two\n"]);
  assert.match(await host.ok(["ps", "--format", "{{.Status}}"]), /^Up/);
});

Deno.test("run -d starts one daemon, which leaves when no container needs it", async () => {
  await using host = await openHost();
  assert.equal(await host.daemon(), undefined);
  await Promise.all(
    Array.from({ length: 4 }, () => host.ok(["run", "-d", "--rm", "busybox", "sleep", "60"])),
  );
  const pid = await host.daemon();
  assert.ok(pid);
  assert.equal((await host.budgie(["daemon", "status"])).code, 0);
  const second = await host.budgie(["daemon"]);
  assert.equal(second.code, 1, show(second));
  assert.match(
    second.stderr,
    new RegExp(`^Error: Cannot start the daemon: one runs already, with PID ${pid}`),
  );
  await host.ok(["rm", "-f", ...(await host.ok(["ps", "-q"])).split("\n")]);
  await eventually("the daemon has left", async () => await host.daemon() === undefined);
  assert.equal((await host.budgie(["daemon", "status"])).code, 1);
});

Deno.test("a SIGKILL of the daemon: containers run on, and nothing of them is lost", async () => {
  await using host = await openHost();
  await host.ok(["run", "-d", "--name", "ticks", "busybox", "sh", "-c", TICKS]);
  await host.ok(["run", "-d", "--name", "ends", "busybox", "sh", "-c", "sleep 0.5; seq 500; exit 7"]);
  const before = await host.ok(["inspect", "--format", "{{.State.Pid}} {{.State.StartedAt}}", "ticks"]);
  Deno.kill((await host.daemon())!, "SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(await host.daemon(), undefined);

  // The next command sees that nobody looks after them.
  await host.ok(["ps"]);
  await eventually("a new daemon", async () => await host.daemon() !== undefined);
  assert.equal(
    await host.ok(["inspect", "--format", "{{.State.Pid}} {{.State.StartedAt}}", "ticks"]),
    before,
  );
  await eventually(
    "the end is noted",
    async () =>
      /^Exited \(7\)/.test(await host.ok(["ps", "-a", "--filter", "name=ends", "--format", "{{.Status}}"])),
  );
  assert.deepEqual(
    (await host.ok(["logs", "ends"])).split("\n"),
    Array.from({ length: 500 }, (_, i) => `${i + 1}`),
  );
  await host.ok(["stop", "-t", "0", "ticks"]);
  const lines = (await host.ok(["logs", "ticks"])).split("\n").map(Number);
  assert.deepEqual(lines, lines.map((_, index) => index + 1));
  assert.ok(lines.length > 30);
});

Deno.test("SIGTERM ends the daemon and no container", async () => {
  await using host = await openHost();
  await host.ok(["run", "-d", "--name", "web", "busybox", "sleep", "60"]);
  assert.ok(await host.daemon());
  await host.ok(["daemon", "stop"]);
  assert.equal(await host.daemon(), undefined);
  await host.ok(["daemon", "stop"]); // twice is fine
  assert.match(await host.ok(["ps", "--format", "{{.Status}}"]), /^Up/);
});

Deno.test("daemon stop --all stops dependents first, and all of them", async () => {
  await using host = await openHost();
  for (const name of ["one", "two", "three"]) {
    await host.ok(["run", "-d", "--name", name, "--stop-signal", "KILL", "busybox", "sleep", "60"]);
  }
  assert.deepEqual((await host.ok(["daemon", "stop", "--all"])).split("\n").sort(), ["one", "three", "two"]);
  assert.equal(await host.ok(["ps", "-q"]), "");
  assert.equal(await host.daemon(), undefined);
});

Deno.test("run -d --rm leaves nothing once the container has ended", async () => {
  await using host = await openHost();
  await host.ok(["run", "-d", "--rm", "busybox", "sh", "-c", "sleep 0.3"]);
  await eventually("it is removed", async () => await host.ok(["ps", "-aq"]) === "");
  assert.deepEqual(await mountsBelow([host.data]), []);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.data}/containers`)), []);
});

Deno.test("run -d says why a container can't be started, and with its code", async () => {
  await using host = await openHost();
  const missing = await host.budgie(["run", "-d", "--name", "web", "busybox", "no-such-program"]);
  assert.equal(missing.code, 127, show(missing));
  assert.match(missing.stderr, /^Error: Cannot start 'web': .*no-such-program/);
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Status}}"]), "Created");
  await host.ok(["rm", "web"]);
  const none = await host.budgie(["run", "-d", "--rm", "busybox", "/tmp"]);
  assert.equal(none.code, 126, show(none));
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("the daemon's own systemd unit, and what is said where there is no systemd", async () => {
  await using host = await openHost();
  const result = await host.budgie(["daemon", "install"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: Cannot install the service: this host was not started by systemd$/m);
  assert.match(result.stderr, /^@reboot .*BUDGIE_DATA_DIR=\S+ .*budgie\S* daemon$/m);
  assert.equal((await host.budgie(["daemon", "uninstall"])).code, 0);
});
