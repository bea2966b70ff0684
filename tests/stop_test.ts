import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("stop lets the container end by itself and prints the name as typed", async () => {
  await using host = await openHost();
  const script = "trap 'exit 3' TERM; while :; do sleep 0.1; done";
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
  assert.equal(await host.ok(["stop", "web"]), "web");
  assert.equal((await web.ended).code, 3);
  assert.equal(await host.ok(["ps", "-q"]), "");
});

Deno.test("stop kills what does not end in time", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const before = performance.now();
  await host.ok(["stop", "-t", "1", "web"]);
  const tookMs = performance.now() - before;
  assert.ok(tookMs >= 1_000 && tookMs < 5_000, `${tookMs} ms`);
  assert.equal((await web.ended).code, 137);
});

Deno.test("stop sends the image's signal", async () => {
  await using host = await openHost({ images: ["configured"] });
  const script = "trap 'exit 9' USR1; while :; do sleep 0.1; done";
  const run = ["--name", "web", "--entrypoint", "sh", "configured", "-c", script];
  await using web = await runInBackground(host, run);
  await host.ok(["stop", "web"]);
  assert.equal((await web.ended).code, 9);
});

Deno.test("stop of what is stopped is success, of what is missing failure, and it goes on", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  const result = await host.budgie(["stop", "no-such", "done"]);
  assert.equal(result.code, 1, show(result));
  assert.equal(result.stdout, "done\n");
  assert.match(result.stderr, /^Error: No such container: no-such$/m);
});
