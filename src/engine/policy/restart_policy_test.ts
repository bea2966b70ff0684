import assert from "node:assert/strict";
import type { RestartPolicy } from "../../store/container.ts";
import { type Ending, restartDelayMs, restartsAfter, startsAtBoot } from "./restart_policy.ts";

const policy = (name: RestartPolicy["name"], maximumRetryCount = 0) => ({ name, maximumRetryCount });
const ending = (changes: Partial<Ending> = {}): Ending => ({
  desired: "running",
  exitCode: 0,
  restartCount: 0,
  ...changes,
});

Deno.test("restartsAfter() goes by docker's policies", () => {
  const failed = ending({ exitCode: 1 });
  assert.equal(restartsAfter(policy("no"), failed), false);
  assert.equal(restartsAfter(policy("always"), ending()), true);
  assert.equal(restartsAfter(policy("unless-stopped"), ending()), true);
  assert.equal(restartsAfter(policy("on-failure"), failed), true);
  assert.equal(restartsAfter(policy("on-failure"), ending()), false);
});

Deno.test("restartsAfter() tries on-failure:N so often, and no more", () => {
  const at = (restartCount: number) =>
    restartsAfter(policy("on-failure", 2), ending({ exitCode: 1, restartCount }));
  assert.deepEqual([at(0), at(1), at(2), at(3)], [true, true, false, false]);
});

Deno.test("restartsAfter() takes an unhealthy end for a failure", () => {
  assert.equal(restartsAfter(policy("on-failure"), ending({ unhealthy: true })), true);
});

Deno.test("one that was stopped by hand starts only at boot, and only with always", () => {
  const stopped = ending({ desired: "stopped", exitCode: 137 });
  for (const name of ["no", "always", "on-failure", "unless-stopped"] as const) {
    assert.equal(restartsAfter(policy(name), stopped), false, name);
    assert.equal(startsAtBoot(policy(name), stopped), name === "always", name);
  }
});

Deno.test("startsAtBoot() brings back what a power cut ended", () => {
  const lost = ending({ exitCode: 255 });
  const starts = (["no", "always", "on-failure", "unless-stopped"] as const).filter((name) =>
    startsAtBoot(policy(name), lost)
  );
  assert.deepEqual(starts, ["always", "on-failure", "unless-stopped"]);
});

Deno.test("restartDelayMs() doubles from 100 ms to a minute, with a tenth of chance and never more", () => {
  const delays = Array.from({ length: 12 }, (_, index) => restartDelayMs(index + 1, 0));
  assert.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
  assert.ok(Math.abs(restartDelayMs(2, 1) - 220) < 1e-9);
  assert.equal(restartDelayMs(40, 1), 60_000);
});
