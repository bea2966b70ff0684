/** Containers that depend on each other: described together, started in order, stopped the other way round. */
import assert from "node:assert/strict";
import { type Host, openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";
import { bootDaemon, reboot } from "./fixture/reboot.ts";
import { eventually } from "./fixture/wait.ts";

/** A document of a .bun file; `script` is run by busybox's shell. */
function document(name: string, script: string, more: Record<string, unknown> = {}): string {
  const image = { docker_image: "busybox", command: ["sh", "-c", script] };
  return JSON.stringify({ version: "1.0", name, image, ...more }); // JSON is YAML
}

const SLEEP = "sleep 1000";
/** Ends at once when it is told to, as process 1. */
const POLITE = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

/** `name action` of everything that happened to containers, in order. */
async function history(host: Host): Promise<string[]> {
  const format = ["--format", "{{.Actor.Attributes.name}} {{.Action}}"];
  return (await host.ok(["events", "--until", "0s", "--filter", "type=container", ...format])).split("\n");
}

/** All of these happened, each after the one before it. */
function assertOrder(happened: string[], wanted: string[]): void {
  let from = 0;
  for (const event of wanted) {
    const at = happened.indexOf(event, from);
    assert.ok(at >= 0, `'${event}' is not where it should be among:\n${happened.join("\n")}`);
    from = at + 1;
  }
}

async function pidOf(host: Host, name: string): Promise<number> {
  return Number(await host.ok(["inspect", "--format", "{{.State.Pid}}", name]));
}

async function namesUp(host: Host): Promise<string[]> {
  return (await host.ok(["ps", "--filter", "status=running", "--format", "{{.Names}}"])).split("\n").filter(
    Boolean,
  )
    .sort();
}

/** db becomes healthy after a moment; migrate needs it, and ends; web needs both. */
function shop(host: Host, migrate = "exit 0"): Promise<string> {
  const check = { command: "test -e /ready", interval: "100ms", retries: 100 };
  return host.write(
    "shop.bun",
    [
      document("web", `echo serving; ${POLITE}`, {
        depends_on: { migrate: { condition: "completed" }, db: { condition: "healthy" } },
      }),
      document("migrate", `echo migrating; ${migrate}`, { depends_on: { db: { condition: "healthy" } } }),
      document("db", `sleep 0.5; touch /ready; echo ready; ${POLITE}`, { healthcheck: check }),
    ].join("\n---\n"),
  );
}

Deno.test("run -d starts each when what it depends on is healthy, has ended well, or runs", async () => {
  await using host = await openHost();
  const file = await shop(host);
  const ids = (await host.ok(["run", "-d", file])).split("\n");
  assert.equal(ids.length, 3);
  for (const id of ids) assert.match(id, /^[0-9a-f]{64}$/);
  assertOrder(await history(host), [
    "db start",
    "db health_status: healthy",
    "migrate start",
    "migrate die",
    "web start",
  ]);
  assert.deepEqual(await namesUp(host), ["db", "web"]);
});

Deno.test("stop, start, restart, logs, ps and rm take files and folders, in the right order", async () => {
  await using host = await openHost();
  const folder = `${host.directory}/shop`;
  await Deno.mkdir(folder);
  await host.write("shop/a-web.bun", document("web", `echo serving; ${POLITE}`, { depends_on: ["db"] }));
  await host.write("shop/b-db.bun", document("db", `echo ready; ${POLITE}`));
  await host.ok(["run", "-d", "--name", "other", "busybox", "sleep", "1000"]);
  await host.ok(["run", "-d", folder]);
  assertOrder(await history(host), ["db start", "web start"]);

  assert.equal(await host.ok(["stop", folder]), "web\ndb");
  assertOrder(await history(host), ["web die", "db die"]);
  assert.equal(await host.ok(["start", folder]), "db\nweb");
  assert.equal(await host.ok(["restart", `${folder}/b-db.bun`]), "db");
  const listed = await host.ok(["ps", "--format", "{{.Names}}", folder]);
  assert.deepEqual(listed.split("\n").sort(), ["db", "web"]);
  await eventually("three starts of db in the logs", async () => {
    const lines = (await host.ok(["logs", folder])).split("\n").sort();
    return lines.filter((line) => /^db +\| ready$/.test(line)).length === 3 &&
      lines.filter((line) => /^web +\| serving$/.test(line)).length === 2;
  });
  assert.equal(await host.ok(["rm", "-f", folder]), "web\ndb");
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}}"]), "other");
});

Deno.test("a dependency that fails is named with the reason; what needs it is not started, the rest is", async () => {
  await using host = await openHost();
  const file = await shop(host, "exit 3");
  const others = await host.write(
    "others.bun",
    [document("front", SLEEP, { depends_on: ["web"] }), document("free", SLEEP)].join("\n---\n"),
  );
  const result = await host.budgie(["run", "-d", file, others]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: Cannot start 2 of 5 containers:$/m);
  assert.match(
    result.stderr,
    /^web: Cannot wait for 'migrate' to be completed: it has ended with exit code 3$/m,
  );
  assert.match(result.stderr, /^front: Cannot wait for 'web': it was not started$/m);
  assert.equal(result.stdout.trim().split("\n").length, 3);
  assert.deepEqual(await namesUp(host), ["db", "free"]);
  assert.equal(await host.ok(["ps", "-a", "--filter", "name=web", "--format", "{{.Status}}"]), "Created");
});

Deno.test("a dependency that is unhealthy, or not healthy in time, is given up", async () => {
  await using host = await openHost();
  const never = { command: "false", interval: "100ms", timeout: "5s", retries: 2, on_unhealthy: "none" };
  // It is not asked before the time is over that it should take at most.
  const late = {
    command: "true",
    start_period: "1s",
    start_interval: "60s",
    interval: "10ms",
    timeout: "10ms",
    retries: 1,
  };
  const file = await host.write(
    "bad.bun",
    [
      document("sick", SLEEP, { healthcheck: never }),
      document("late", SLEEP, { healthcheck: late }),
      document("one", SLEEP, { depends_on: { sick: { condition: "healthy" } } }),
      document("two", SLEEP, { depends_on: { late: { condition: "healthy" } } }),
    ].join("\n---\n"),
  );
  const result = await host.budgie(["run", "-d", file]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^one: Cannot wait for 'sick' to be healthy: it is unhealthy$/m);
  assert.match(result.stderr, /^two: Cannot wait for 'late' to be healthy: it took longer than \d+ s$/m);
  assert.deepEqual(await namesUp(host), ["late", "sick"]);
});

Deno.test("circles and unknown names are refused before anything is made", async () => {
  await using host = await openHost();
  const circle = [
    document("one", SLEEP, { depends_on: ["two"] }),
    document("two", SLEEP, { depends_on: ["one"] }),
  ];
  const unknown = [document("one", SLEEP, { depends_on: ["dv"] }), document("db", SLEEP)];
  const answers = [
    [circle, /^Error: Cannot order the containers.*: they depend on each other: one -> two -> one$/m],
    [unknown, /'one' depends on 'dv', and there is no such container; did you mean 'db'\?$/m],
    [unknown.slice(0, 1), /'one' depends on 'dv', and there is no such container$/m],
  ] as const;
  for (const [documents, message] of answers) {
    const file = await host.write("bad.bun", documents.join("\n---\n"));
    for (const words of [["run", "-d", file], ["run", file]]) {
      const result = await host.budgie(words);
      assert.equal(result.code, 125, show(result));
      assert.match(result.stderr, message);
      assert.match(result.stderr, /bad\.bun:\d+/); // where it is written
    }
  }
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("run of one that depends on another waits for that one on the host", async () => {
  await using host = await openHost();
  await host.ok(["run", "-d", "--name", "job", "busybox", "sh", "-c", "sleep 1; exit 0"]);
  const file = await host.write(
    "web.bun",
    document("web", "echo after it", {
      depends_on: { job: { condition: "completed" } },
    }),
  );
  assert.equal(await host.ok(["run", file]), "after it");
  assertOrder(await history(host), ["job die", "web start"]);
});

Deno.test("run of several in the foreground shows all output behind names, and gives the first bad exit code", async () => {
  await using host = await openHost();
  const file = await host.write(
    "jobs.bun",
    [
      document("one", "echo first"),
      document("second", "echo out; echo err >&2; exit 4", {
        depends_on: { one: { condition: "completed" } },
      }),
      document("third", "exit 6"),
    ].join("\n---\n"),
  );
  const result = await host.budgie(["run", file]);
  assert.equal(result.code, 4, show(result));
  assert.equal(result.stdout, "one    | first\nsecond | out\n");
  assert.equal(result.stderr, "second | err\n");
});

/** `budgie run FILE` of containers that are all up; what it says is read. */
async function runTogether(host: Host, file: string, names: string[]) {
  const child = host.spawn(["run", file]);
  let stderr = "";
  const read = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) stderr += text;
  })();
  const ended = Promise.all([child.status, read, new Response(child.stdout).text()]).then(([{ code }]) =>
    code
  );
  await eventually("all are up", async () => {
    if (JSON.stringify(await namesUp(host)) !== JSON.stringify(names)) return false;
    const logs = await host.ok(["logs", file]);
    return names.every((name) => logs.includes(`up ${name}`));
  });
  return { child, ended, said: () => stderr };
}

Deno.test("Ctrl-C stops what was run together, dependents first", async () => {
  await using host = await openHost();
  const file = await host.write(
    "shop.bun",
    [
      document("db", `${POLITE.replace(";", "; echo up db;")}`),
      document("web", `${POLITE.replace(";", "; echo up web;")}`, { depends_on: ["db"] }),
    ].join("\n---\n"),
  );
  const run = await runTogether(host, file, ["db", "web"]);
  run.child.kill("SIGINT");
  assert.equal(await run.ended, 130);
  assert.deepEqual(await namesUp(host), []);
  assertOrder(await history(host), ["web die", "db kill", "db die"]);
});

Deno.test("a second Ctrl-C kills what does not stop", async () => {
  await using host = await openHost();
  const deaf = (name: string) => `trap '' TERM; echo up ${name}; while :; do sleep 0.05; done`;
  const file = await host.write(
    "deaf.bun",
    [
      document("db", deaf("db"), { stop_timeout: "10m" }),
      document("web", deaf("web"), { stop_timeout: "10m", depends_on: ["db"] }),
    ].join("\n---\n"),
  );
  const run = await runTogether(host, file, ["db", "web"]);
  run.child.kill("SIGINT");
  await eventually("it says what a second one does", () => /again to kill/.test(run.said()));
  run.child.kill("SIGINT");
  assert.equal(await run.ended, 130);
  assert.deepEqual(await namesUp(host), []);
});

Deno.test("depends_on with restart: what depends on it is restarted with it, the others are not", async () => {
  await using host = await openHost();
  const file = await host.write(
    "shop.bun",
    [
      document("db", POLITE),
      document("follows", POLITE, { depends_on: { db: { condition: "started", restart: true } } }),
      document("stays", POLITE, { depends_on: ["db"] }),
    ].join("\n---\n"),
  );
  await host.ok(["run", "-d", file]);
  const [follows, stays] = [await pidOf(host, "follows"), await pidOf(host, "stays")];
  await host.ok(["restart", "db"]);
  await eventually("it was restarted", async () => {
    const pid = await pidOf(host, "follows");
    return pid !== 0 && pid !== follows;
  });
  assert.equal(await pidOf(host, "stays"), stays);
});

Deno.test("after a reboot they come up in the order of their dependencies", async () => {
  await using host = await openHost();
  const again = { restart_policy: "unless-stopped" };
  const check = { command: "test -e /ready", interval: "100ms", retries: 100 };
  const file = await host.write(
    "shop.bun",
    [
      document("db", `rm -f /ready; sleep 1; touch /ready; ${SLEEP}`, { ...again, healthcheck: check }),
      document("web", SLEEP, { ...again, depends_on: { db: { condition: "healthy" } } }),
    ].join("\n---\n"),
  );
  await host.ok(["run", "-d", file]);
  await reboot(host);
  const before = (await history(host)).length;
  await using _daemon = bootDaemon(host);
  await eventually("both are up", async () => (await namesUp(host)).length === 2);
  assertOrder((await history(host)).slice(before), ["db start", "db health_status: healthy", "web start"]);
});

Deno.test("daemon stop --all stops dependents before what they depend on", async () => {
  await using host = await openHost();
  const slow = "trap 'sleep 0.3; exit 0' TERM; while :; do sleep 0.05; done";
  const file = await host.write(
    "shop.bun",
    [
      document("db", POLITE),
      document("app", slow, { depends_on: ["db"] }),
      document("web", slow, { depends_on: ["app"] }),
    ].join("\n---\n"),
  );
  await host.ok(["run", "-d", file]);
  assert.equal(await host.ok(["daemon", "stop", "--all"]), "web\napp\ndb");
  assertOrder(await history(host), ["web die", "app kill", "app die", "db kill", "db die"]);
});
