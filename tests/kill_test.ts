import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("kill ends the container with SIGKILL", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  assert.equal(await host.ok(["kill", "web"]), "web");
  assert.equal((await web.ended).code, 137);
});

Deno.test("kill --signal takes every spelling of a signal", async () => {
  await using host = await openHost();
  const script = "trap 'echo told' USR1; echo ready; while :; do sleep 0.1; done";
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
  for (const spelling of ["USR1", "SIGUSR1", "10", "sigusr1"]) await host.ok(["kill", "-s", spelling, "web"]);
  const unknown = await host.budgie(["kill", "-s", "NOSUCH", "web"]);
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.stderr, /NOSUCH/);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await host.ok(["kill", "web"]);
  assert.match((await web.ended).stdout, /^ready\n(told\n){1,4}$/);
});

Deno.test("kill of a stopped container is an error", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  const result = await host.budgie(["kill", "done"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /done.*not running/);
});

Deno.test("kill of a .bun file kills the container that it describes, and names one that is not there", async () => {
  await using host = await openHost();
  const text = 'version: "1.0"\nname: web\nimage: {docker_image: busybox, command: sleep 1000}\n';
  const file = await host.write("web.bun", text);
  await using web = await runInBackground(host, [file]);
  assert.equal(await host.ok(["kill", file]), "web");
  assert.equal((await web.ended).code, 137);
  await host.ok(["rm", "web"]);
  const result = await host.budgie(["kill", file]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: No such container: web$/m);
});

Deno.test("kill lets a paused container go on to its end, another signal leaves it paused", async () => {
  await using host = await openHost();
  await host.ok(["run", "-d", "--name", "web", "busybox", "sleep", "1000"]);
  await host.ok(["pause", "web"]);
  await host.ok(["kill", "-s", "CONT", "web"]);
  assert.match(await host.ok(["ps", "--format", "{{.Status}}"]), /\(Paused\)$/);
  await host.ok(["kill", "web"]);
  const state = ["inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", "web"];
  await eventually("it has ended", async () => await host.ok(state) === "exited 137");
});
