import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("stats shows what running containers use, in docker's columns", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  const script = "while :; do :; done";
  await using web = await runInBackground(host, [
    "--name",
    "web",
    "-m",
    "64m",
    "busybox",
    "sh",
    "-c",
    script,
  ]);
  const [titles, row, ...more] = (await host.ok(["stats", "--no-stream"])).split("\n");
  assert.match(titles, /^CONTAINER ID +NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +NET I\/O +BLOCK I\/O +PIDS$/);
  assert.match(row, /^[0-9a-f]{12} +web +[\d.]+% +[\d.]+[KM]iB \/ 64MiB +[\d.]+% +0B \/ 0B +.* 1$/);
  assert.deepEqual(more, []);
  const cpu = await host.ok(["stats", "--no-stream", "--format", "{{.CPUPerc}}", "web"]);
  assert.ok(parseFloat(cpu) > 5 && parseFloat(cpu) < 130, cpu);
  const all = (await host.ok(["stats", "-a", "--no-stream", "--no-trunc", "--format", "json"])).split("\n");
  assert.deepEqual(all.map((line) => JSON.parse(line).Name), ["web", "done"]);
  assert.equal(JSON.parse(all[0]).ID, web.id);
  const missing = await host.budgie(["stats", "--no-stream", "no-such"]);
  assert.equal(missing.code, 1);
});

Deno.test("stats goes on each second until those that were named have ended and gone", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "--rm", "busybox", "sleep", "1000"]);
  const output = host.spawn(["stats", "--format", "{{.Name}} {{.PIDs}}", "web"]).output();
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await host.ok(["kill", "web"]);
  await web.ended;
  const { code, stdout } = await output;
  assert.equal(code, 0);
  assert.match(new TextDecoder().decode(stdout), /^web 1\nweb 1\n/);
});

Deno.test("stats is drawn in place on a terminal", async () => {
  await using host = await openHost();
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  await using terminal = await host.terminal(["stats"]);
  await eventually("two tables", () => terminal.output.split("\x1b[H\x1b[JCONTAINER ID").length > 2);
  assert.match(terminal.output, /web/);
  await terminal.type("\x03");
  assert.equal(await terminal.ended, 130);
});
