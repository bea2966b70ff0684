import assert from "node:assert/strict";
import { sleep } from "../../base/sleep.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { ensureDirectories } from "../../store/data_dir.ts";
import { storePaths } from "../../store/paths.ts";
import { transaction } from "../../store/state.ts";
import { type Health, writeSupervision } from "../../store/supervision.ts";
import { changeTime, containerFiles, writeExit } from "../container_files.ts";
import { boundOf, judge, untilCondition } from "./dependency_condition.ts";
import type { ContainerView } from "../view.ts";

/** In the cgroup path of every process: so this one passes for the container's. */
const ID = ":";

function record(more: Partial<ContainerRecord["options"]> = {}): ContainerRecord {
  const options = { restartPolicy: { name: "no", maximumRetryCount: 0 }, ...more };
  const container = { id: ID, name: "db", createdAt: "", image: {}, options, desired: "running", starts: 1 };
  return container as unknown as ContainerRecord;
}

const CHECK = {
  probe: { type: "tcp", port: 1 },
  intervalMs: 1000,
  timeoutMs: 500,
  retries: 3,
  startPeriodMs: 100,
  onUnhealthy: "none",
} as const;

/** A host with the container `db`, which has no process yet. */
function openHost(container: ContainerRecord) {
  const directory = Deno.makeTempDirSync();
  const env: Record<string, string> = { BUDGIE_DATA_DIR: `${directory}/d`, BUDGIE_RUN_DIR: `${directory}/r` };
  const paths = storePaths({ get: (name) => env[name] });
  ensureDirectories(paths);
  transaction(paths, (state) => void (state.containers[ID] = container));
  const files = containerFiles(paths, ID);
  Deno.mkdirSync(files.directory);
  const health = (status: Health["status"]) => ({ status, failingStreak: 0, log: [] });
  return {
    engine: { paths, runtime: "auto" },
    files,
    run: () => Deno.writeTextFileSync(files.pid, String(Deno.pid)),
    async end(code: number) {
      const child = new Deno.Command("true").spawn();
      await child.status;
      Deno.writeTextFileSync(files.pid, String(child.pid));
      writeExit(files, code);
    },
    tell: (status: Health["status"]) =>
      writeSupervision(paths, ID, {
        restartCount: 0,
        starts: 1,
        health: health(status),
        run: changeTime(files.pid),
      }),
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

/** How long a promise takes, in milliseconds. */
async function timed(promise: Promise<void>): Promise<number> {
  const start = performance.now();
  await promise;
  return performance.now() - start;
}

Deno.test("untilCondition() started is fulfilled as soon as the process is there", async () => {
  using host = openHost(record());
  const waiting = timed(untilCondition(host.engine, "db", "started"));
  await sleep(50);
  host.run();
  const took = await waiting;
  assert(took >= 45 && took < 400, `${took} ms: by an event, not by looking again`);
});

Deno.test("untilCondition() completed takes exit code 0, and names any other", async () => {
  using good = openHost(record());
  const waiting = untilCondition(good.engine, "db", "completed");
  good.run();
  await sleep(20);
  await good.end(0);
  await waiting;

  using bad = openHost(record());
  await bad.end(3);
  await assert.rejects(untilCondition(bad.engine, "db", "completed"), {
    name: "BudgieError",
    message: "Cannot wait for 'db' to be completed: it has ended with exit code 3",
  });
});

Deno.test("untilCondition() healthy follows what is told of the container's health", async () => {
  using host = openHost(record({ healthcheck: CHECK }));
  host.run();
  host.tell("starting");
  const waiting = timed(untilCondition(host.engine, "db", "healthy"));
  await sleep(50);
  host.tell("healthy");
  assert(await waiting < 400);
  host.tell("unhealthy");
  await assert.rejects(untilCondition(host.engine, "db", "healthy"), /: it is unhealthy$/);
});

Deno.test("untilCondition() has a bound of its own for health", async () => {
  using host = openHost(record({ healthcheck: CHECK }));
  host.run();
  assert.equal(boundOf(record({ healthcheck: CHECK }), "healthy"), 6100);
  await assert.rejects(untilCondition(host.engine, "db", "healthy", { timeoutMs: 30 }), /longer than 1 s$/);
});

Deno.test("untilCondition() fails when the container is removed, or was never there", async () => {
  using host = openHost(record());
  const waiting = untilCondition(host.engine, "db", "started");
  const failing = assert.rejects(waiting, /^BudgieError: Cannot wait for 'db': it was removed$/);
  transaction(host.engine.paths, (state) => void delete state.containers[ID]);
  await failing;
  await assert.rejects(untilCondition(host.engine, "db", "started"), { name: "NotFoundError" });
});

Deno.test("untilCondition() ends with the signal", async () => {
  using host = openHost(record());
  const abort = new AbortController();
  const waiting = timed(assert.rejects(
    untilCondition(host.engine, "db", "started", { signal: abort.signal }),
    { name: "AbortError" },
  ));
  await sleep(10);
  abort.abort();
  assert(await waiting < 300);
});

function view(
  more: Partial<ContainerView>,
  options: Partial<ContainerRecord["options"]> = {},
): ContainerView {
  const base = { status: "exited", pid: 0, exitCode: 0, oomKilled: false, restartCount: 0 } as const;
  return { record: record(options), ...base, ...more };
}

const ALWAYS = { restartPolicy: { name: "always", maximumRetryCount: 0 } } as const;
const waits = { since: "", exitCode: 1 };

for (
  const [what, condition, seen, verdict] of [
    ["one that is paused", "started", view({ status: "paused" }), "met"],
    ["one between two starts", "started", view({ status: "restarting", waiting: waits }), "wait"],
    ["one about to start", "started", view({ status: "created" }), "wait"],
    ["an ended one", "started", view({}), "it has ended with exit code 0"],
    ["one that could not start", "started", view({ status: "created", error: "no sh" }), /started: no sh$/],
    ["one just ended that will start again", "started", view({ finishedAt: at(999) }, ALWAYS), "wait"],
    [
      "one nobody started again",
      "started",
      view({ finishedAt: at(-9000) }, ALWAYS),
      /ended with exit code 0/,
    ],
    ["one without a check", "healthy", view({ status: "running" }), "it has no health check"],
    ["a healthy one that ended", "healthy", view({}, { healthcheck: CHECK }), /ended with exit code 0/],
    ["a running one", "completed", view({ status: "running" }), "wait"],
    [
      "one that failed and is tried again",
      "completed",
      view({ status: "restarting", waiting: waits }),
      "wait",
    ],
    [
      "a completed one that starts again",
      "completed",
      view({
        status: "restarting",
        waiting: { ...waits, exitCode: 0 },
      }),
      "met",
    ],
  ] as const
) {
  Deno.test(`judge() of ${what}: ${condition}`, () => {
    const found = judge(seen, condition, now());
    const said = typeof found === "string" ? found : found.reason;
    if (verdict instanceof RegExp) assert.match(said, verdict);
    else assert.equal(said, verdict);
  });
}

function now(): number {
  return Date.parse("2026-01-02T03:04:05Z");
}

/** A time so many milliseconds from now(). */
function at(ms: number): string {
  return new Date(now() + ms).toISOString();
}
