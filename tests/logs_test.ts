import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("logs prints what a foreground run wrote, each stream to its own", async () => {
  await using host = await openHost();
  await host.ok([
    "run",
    "--name",
    "one",
    "busybox",
    "sh",
    "-c",
    "echo out; echo err >&2; printf 'no newline'",
  ]);
  assert.deepEqual(await host.budgie(["logs", "one"]), {
    code: 0,
    stdout: "out\nno newline",
    stderr: "err\n",
  });
});

Deno.test("logs --tail and -t choose lines and add times", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "busybox", "seq", "100"]);
  assert.equal(await host.ok(["logs", "--tail", "2", "one"]), "99\n100");
  assert.equal((await host.ok(["logs", "-n", "all", "one"])).split("\n").length, 100);
  assert.match(
    await host.ok(["logs", "-t", "-n", "1", "one"]),
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z 100$/,
  );
});

Deno.test("logs --since and --until choose by time", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "busybox", "sh", "-c", "echo early; sleep 2; echo late"]);
  const times = (await host.ok(["logs", "-t", "one"])).split("\n").map((line) => line.split(" ")[0]);
  const between = new Date((Date.parse(times[0]) + Date.parse(times[1])) / 2).toISOString();
  assert.equal(await host.ok(["logs", "--since", between, "one"]), "late");
  assert.equal(await host.ok(["logs", "--until", between, "one"]), "early");
});

Deno.test("logs -f goes on until the container ends", async () => {
  await using host = await openHost();
  const script = "echo one; while [ ! -e /go ]; do sleep 0.1; done; echo two";
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
  const child = host.spawn(["logs", "-f", "web"]);
  let output = "";
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) output += text;
  })();
  await eventually("the first line", () => output === "one\n");
  await host.ok(["exec", "web", "touch", "/go"]);
  await reading;
  assert.equal(output, "one\ntwo\n");
  assert.equal((await child.status).code, 0);
  await child.stderr.cancel();
  await web.ended;
});
