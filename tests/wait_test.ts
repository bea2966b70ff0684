import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("wait prints how containers ended, in the order of the words", async () => {
  await using host = await openHost();
  await host.budgie(["run", "--name", "done", "busybox", "sh", "-c", "exit 4"]);
  const script = "trap 'exit 3' TERM; while :; do sleep 0.1; done";
  await using _one = await runInBackground(host, ["--name", "one", "busybox", "sh", "-c", script]);
  await using _two = await runInBackground(host, ["--name", "two", "busybox", "sleep", "1000"]);
  const waiting = host.spawn(["wait", "one", "two", "done"]);
  const output = waiting.output();
  await host.ok(["kill", "two"]);
  await host.ok(["kill", "-s", "TERM", "one"]);
  const { code, stdout } = await output;
  assert.equal(code, 0);
  assert.equal(new TextDecoder().decode(stdout), "3\n137\n4\n");
});

Deno.test("wait for a missing container fails, and the others are waited for", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  const result = await host.budgie(["wait", "no-such", "done"]);
  assert.equal(result.code, 1, show(result));
  assert.equal(result.stdout, "0\n");
  assert.match(result.stderr, /No such container: no-such/);
});

Deno.test("wait is left by Ctrl-C", async () => {
  await using host = await openHost();
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const waiting = host.spawn(["wait", "web"]);
  const output = waiting.output();
  await new Promise((resolve) => setTimeout(resolve, 700));
  waiting.kill("SIGINT");
  assert.equal((await output).code, 130);
});

Deno.test("wait tells the end of a detached container that is removed, and of one run of many", async () => {
  await using host = await openHost();
  const until = "while [ ! -e /shared/go ]; do sleep 0.05; done";
  const shared = `${host.directory}/shared`;
  await Deno.mkdir(shared);
  const volume = ["-v", `${shared}:/shared`, "busybox", "sh", "-c"];
  await host.ok(["run", "-d", "--rm", "--name", "once", ...volume, `${until}; exit 7`]);
  await host.ok(["run", "-d", "--restart", "always", "--name", "often", ...volume, `${until}; exit 8`]);
  const waits = Promise.all([host.ok(["wait", "once"]), host.ok(["wait", "often"])]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await Deno.writeTextFile(`${shared}/go`, "");
  assert.deepEqual(await waits, ["7", "8"]);
});
