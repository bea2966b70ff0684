import assert from "node:assert/strict";
import type { Healthcheck } from "../../engine/policy/healthcheck.ts";
import type { Health } from "../../store/supervision.ts";
import { watchHealth } from "./checker.ts";
import type { Probe, ProbeResult } from "./probe_result.ts";
import { fakeClocks } from "./testing/fake_clocks.ts";

const CHECK: Healthcheck = {
  probe: { type: "tcp", port: 80 },
  intervalMs: 30_000,
  timeoutMs: 5_000,
  retries: 3,
  startPeriodMs: 0,
  startIntervalMs: 2_000,
  onUnhealthy: "restart",
};

const GOOD: ProbeResult = { exitCode: 0, output: "" };
const BAD: ProbeResult = { exitCode: 1, output: "no" };

/** A watch on fake clocks, and what it told: `at` is counted from its beginning. */
function watch(
  check: Partial<Healthcheck>,
  probe: (signal: AbortSignal, clocks: ReturnType<typeof fakeClocks>) => Promise<ProbeResult>,
  more: { health?: Health; runningForMs?: number; isPaused?: () => boolean } = {},
) {
  const clocks = fakeClocks();
  const begun = clocks.now();
  const stop = new AbortController();
  const told: { at: number; health: Health }[] = [];
  const probedAt: number[] = [];
  const watching = watchHealth({ ...CHECK, ...check }, {
    probe: (signal) => {
      probedAt.push(clocks.now() - begun);
      return probe(signal, clocks);
    },
    onResult: (health) => told.push({ at: clocks.now() - begun, health }),
    signal: stop.signal,
    clocks,
    ...more,
  });
  return {
    clocks,
    told,
    probedAt,
    watching,
    statuses: () => told.map(({ health }) => health.status),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
      assert.equal(clocks.sleeping(), 0, "a timer was left");
    },
    stop,
  };
}

/** Answers in this order, the last one for ever. */
function answers(...results: ProbeResult[]): Probe {
  return () => Promise.resolve(results.length > 1 ? results.shift()! : results[0]);
}

Deno.test("the first probe comes after an interval, and a success makes healthy", async () => {
  await using watched = watch({}, answers(GOOD));
  await watched.clocks.pass(29_999);
  assert.deepEqual(watched.probedAt, []);
  await watched.clocks.pass(1);
  assert.deepEqual(watched.statuses(), ["healthy"]);
});

Deno.test("failures in a row make unhealthy, one success makes healthy again", async () => {
  await using watched = watch({}, answers(GOOD, BAD, BAD, GOOD, BAD, BAD, BAD, BAD, GOOD));
  await watched.clocks.pass(9 * 30_000);
  const seen = watched.told.map(({ health }) => `${health.status} ${health.failingStreak}`);
  assert.deepEqual(seen, [
    "healthy 0",
    "healthy 1",
    "healthy 2",
    "healthy 0",
    "healthy 1",
    "healthy 2",
    "unhealthy 3",
    "unhealthy 4",
    "healthy 0",
  ]);
});

Deno.test("without a start period, failures of a starting container count", async () => {
  await using watched = watch({ retries: 2 }, answers(BAD));
  await watched.clocks.pass(2 * 30_000);
  assert.deepEqual(watched.statuses(), ["starting", "unhealthy"]);
});

Deno.test("in the start period probes are frequent, and failures do not count", async () => {
  await using watched = watch({ startPeriodMs: 7_000, retries: 1 }, answers(BAD));
  await watched.clocks.pass(7_000);
  assert.deepEqual(watched.probedAt, [2_000, 4_000, 6_000]);
  assert.deepEqual(watched.told.at(-1)!.health.failingStreak, 0);
  await watched.clocks.pass(1_000); // its sleep began within the period
  assert.deepEqual(watched.statuses(), ["starting", "starting", "starting", "unhealthy"]);
  await watched.clocks.pass(30_000);
  assert.deepEqual(watched.probedAt.at(-1), 38_000);
});

Deno.test("a probe that began in the start period does not count, whenever it fails", async () => {
  await using watched = watch({ startPeriodMs: 3_000, retries: 1 }, async (signal, clocks) => {
    await clocks.sleep(4_000, signal);
    return BAD;
  });
  await watched.clocks.pass(6_000);
  assert.deepEqual(watched.statuses(), ["starting"]);
});

Deno.test("the first success ends what is special about the start period", async () => {
  await using watched = watch({ startPeriodMs: 600_000, retries: 1 }, answers(BAD, GOOD, BAD));
  await watched.clocks.pass(4_000 + 30_000);
  assert.deepEqual(watched.probedAt, [2_000, 4_000, 34_000]);
  assert.deepEqual(watched.statuses(), ["starting", "healthy", "unhealthy"]);
});

Deno.test("an interval is counted from the end of a probe", async () => {
  await using watched = watch({}, async (signal, clocks) => {
    await clocks.sleep(3_000, signal);
    return GOOD;
  });
  await watched.clocks.pass(100_000);
  assert.deepEqual(watched.probedAt, [30_000, 63_000, 96_000]);
});

Deno.test("a probe that is too slow has failed, and is told to give up", async () => {
  let aborted = 0;
  await using watched = watch({ retries: 1 }, async (signal, clocks) => {
    await clocks.sleep(60_000, signal).catch(() => aborted++);
    return GOOD;
  });
  await watched.clocks.pass(35_000);
  const { health, at } = watched.told[0];
  assert.deepEqual([at, aborted, health.status], [35_000, 1, "unhealthy"]);
  assert.deepEqual([health.log[0].exitCode, health.log[0].output], [
    -1,
    "Health check exceeded timeout (5s)",
  ]);
});

Deno.test("a probe that does not give up is told of at once, and no other one begins beside it", async () => {
  const late = Promise.withResolvers<ProbeResult>();
  await using watched = watch({}, () => late.promise);
  await watched.clocks.pass(300_000);
  assert.deepEqual([watched.probedAt.length, watched.told.length, watched.told[0].at], [1, 1, 35_000]);
  late.resolve(GOOD);
  await watched.clocks.pass(30_000);
  assert.deepEqual(watched.probedAt, [30_000, 330_000]);
  assert.equal(watched.told[0].health.log[0].exitCode, -1);
});

Deno.test("a probe that throws has failed with what it says", async () => {
  await using watched = watch({}, () => Promise.reject(new Error("Cannot ask: no runtime")));
  await watched.clocks.pass(30_000);
  const [{ exitCode, output }] = watched.told[0].health.log;
  assert.deepEqual([exitCode, output], [-1, "Cannot ask: no runtime"]);
});

Deno.test("the last five results are kept, oldest first, their output cut to 4096 bytes", async () => {
  let count = 0;
  await using watched = watch({}, () => {
    count++;
    return Promise.resolve({ exitCode: 0, output: `${count}${"é".repeat(3000)}` });
  });
  await watched.clocks.pass(7 * 30_000);
  const { log } = watched.told.at(-1)!.health;
  assert.deepEqual(log.map(({ output }) => output[0]), ["3", "4", "5", "6", "7"]);
  assert.equal(log[0].output, `3${"é".repeat(2047)}`); // 4095 bytes: half a letter is none
});

Deno.test("steps of the wall clock change the times in the log and nothing else", async () => {
  await using watched = watch({ startPeriodMs: 5_000, retries: 1 }, async (signal, clocks) => {
    await clocks.sleep(1_000, signal);
    return BAD;
  });
  await watched.clocks.pass(2_500); // within the first probe
  watched.clocks.stepWallClock(-86_400_000);
  await watched.clocks.pass(500);
  watched.clocks.stepWallClock(2 * 86_400_000);
  await watched.clocks.pass(3_000);
  assert.deepEqual(watched.probedAt, [2_000, 5_000]);
  assert.deepEqual(watched.statuses(), ["starting", "unhealthy"]);
  const [first, second] = watched.told[1].health.log;
  assert.deepEqual([first.start, first.end], ["2026-01-02T12:00:02.000Z", "2026-01-01T12:00:03.000Z"]);
  assert.equal(second.start, "2026-01-03T12:00:05.000Z");
});

Deno.test("a watch that is stopped ends its probe and tells nothing of it", async () => {
  let aborted = 0;
  const watched = watch({}, async (signal, clocks) => {
    await clocks.sleep(60_000, signal).catch(() => aborted++);
    return BAD;
  });
  await watched.clocks.pass(31_000);
  watched.stop.abort();
  await watched.watching;
  assert.deepEqual([aborted, watched.told.length, watched.clocks.sleeping()], [1, 0, 0]);
});

Deno.test("a watch that is stopped between probes ends at once", async () => {
  const watched = watch({}, answers(GOOD));
  await watched.clocks.pass(31_000);
  watched.stop.abort();
  await watched.watching;
  assert.deepEqual([watched.told.length, watched.clocks.sleeping()], [1, 0]);
});

Deno.test("a watch that goes on knows how the container was, and how long it has been running", async () => {
  const health: Health = { status: "healthy", failingStreak: 2, log: [] };
  await using watched = watch({ startPeriodMs: 60_000 }, answers(BAD), { health, runningForMs: 10_000 });
  await watched.clocks.pass(30_000);
  assert.deepEqual(watched.statuses(), ["unhealthy"]);
  await using starting = watch({ startPeriodMs: 60_000 }, answers(BAD), { runningForMs: 57_000 });
  await starting.clocks.pass(32_000);
  assert.deepEqual(starting.probedAt, [2_000, 4_000]);
});

Deno.test("what is paused is not asked, and a probe that fails meanwhile does not count", async () => {
  let paused = false;
  const never = () => new Promise<ProbeResult>(() => {});
  const probes = [
    answers(GOOD),
    (signal: AbortSignal) => Promise.race([never(), ended(signal)]),
    answers(GOOD),
  ];
  await using watched = watch({ retries: 1 }, (signal) => probes.shift()!(signal), {
    isPaused: () => paused,
  });
  await watched.clocks.pass(60_000); // the second probe is under way
  paused = true;
  await watched.clocks.pass(60_000);
  assert.equal(watched.probedAt.length, 2);
  paused = false;
  await watched.clocks.pass(1_000);
  assert.equal(watched.probedAt.length, 3);
  assert.deepEqual(watched.statuses(), ["healthy", "healthy"]);
});

Deno.test("a probe that a pause has kept from ending in time does not count, though the pause is over", async () => {
  let paused = false;
  const probes = [answers(GOOD), (signal: AbortSignal) => ended(signal)];
  await using watched = watch({ retries: 1 }, (signal) => probes.shift()!(signal), {
    isPaused: () => paused,
  });
  await watched.clocks.pass(61_000); // the second probe is under way
  paused = true;
  await watched.clocks.pass(3_000);
  paused = false;
  probes.push(answers(GOOD));
  await watched.clocks.pass(40_000);
  assert.equal(watched.probedAt.length, 3);
  assert.deepEqual(watched.statuses(), ["healthy", "healthy"]);
});

function ended(signal: AbortSignal): Promise<ProbeResult> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(BAD)));
}
