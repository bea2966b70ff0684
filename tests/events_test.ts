import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { eventually } from "./fixture/wait.ts";

const PAST = ["--since", "10m", "--until", "0s"];

Deno.test("events shows what happened to images, in docker's words", async () => {
  await using host = await openHost();
  await host.ok(["tag", "busybox", "other:1"]);
  await host.ok(["rmi", "other:1"]);
  await host.ok(["rmi", "busybox"]);
  const actions = await host.ok(["events", ...PAST, "-f", "type=image", "--format", "{{.Action}}"]);
  assert.deepEqual(actions.split("\n"), ["pull", "tag", "untag", "untag", "untag", "delete"]);
  assert.match(
    await host.ok(["system", "events", ...PAST, "-f", "event=tag"]),
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(Z|[+-]\d\d:\d\d) image tag sha256:[0-9a-f]{64} \(name=other:1\)$/,
  );
});

Deno.test("events shows the life of a command in a container, and JSON with docker's names", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  await host.budgie(["exec", "web", "sh", "-c", "exit 3"]);
  const format = "{{.Action}}|{{.Actor.Attributes.exitCode}}";
  const about = [...PAST, "-f", "event=exec_create", "-f", "event=exec_start", "-f", "event=exec_die"];
  assert.deepEqual((await host.ok(["events", ...about, "--format", format])).split("\n"), [
    "exec_create: sh -c exit 3|<no value>",
    "exec_start: sh -c exit 3|<no value>",
    "exec_die|3",
  ]);
  const died = JSON.parse(await host.ok(["events", ...PAST, "-f", "event=exec_die", "--format", "json"]));
  assert.equal(died.status, "exec_die");
  assert.equal(died.id, web.id);
  assert.equal(died.from, "busybox");
  assert.equal(died.Actor.Attributes.name, "web");
  assert.ok(Math.abs(died.time * 1000 - Date.now()) < 600_000);
});

Deno.test("events without --since streams what comes, and Ctrl-C ends it", async () => {
  await using host = await openHost();
  await host.ok(["tag", "busybox", "before"]);
  const child = host.spawn(["events", "-f", "event=tag", "--format", "{{.Actor.Attributes.name}}"]);
  let seen = "";
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) seen += text;
  })();
  await eventually("an event is seen", async () => {
    await host.ok(["tag", "busybox", "new:1"]);
    return seen.startsWith("new:1\n");
  });
  await host.ok(["tag", "busybox", "last"]);
  await eventually("the last one too", () => seen.endsWith("last:latest\n"));
  assert.doesNotMatch(seen, /before/);
  child.kill("SIGINT");
  assert.equal((await child.status).code, 130);
  await reading;
  await child.stderr.cancel();
});

Deno.test("events --until in the future waits until then", async () => {
  await using host = await openHost();
  const until = String(Date.now() / 1000 + 2);
  const before = performance.now();
  await host.ok(["events", "--until", until, "-f", "event=none"]);
  assert.ok(performance.now() - before > 1_500);
  const unknown = await host.budgie(["events", "-f", "colour=blue"]);
  assert.equal(unknown.code, 1);
});
