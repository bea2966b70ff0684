import assert from "node:assert/strict";
import { Command } from "@commander-js/extra-typings";
import { UsageError } from "../../base/errors.ts";
import type { HealthcheckOption } from "../../store/container.ts";
import { addContainerFlags } from "./container_flags.ts";
import { healthOption } from "./health.ts";

/** What `run` makes of its words, without what was not said. */
function healthOf(...words: string[]): HealthcheckOption | undefined {
  const command = addContainerFlags(new Command("run"), words);
  command.exitOverride().configureOutput({ writeErr() {}, writeOut() {} });
  command.parse(words, { from: "user" });
  const option = healthOption(command.opts());
  return option && JSON.parse(JSON.stringify(option));
}

Deno.test("without flags the health check is the image's", () => {
  assert.equal(healthOf(), undefined);
});

Deno.test("the flags of a health check are docker's", () => {
  const flags = ["--health-cmd", "curl -f localhost", "--health-interval=1m30s", "--health-timeout=500ms"];
  const more = ["--health-retries=5", "--health-start-period=1h", "--health-start-interval=2s"];
  assert.deepEqual(healthOf(...flags, ...more, "--health-on-failure=kill"), {
    probe: { type: "command", test: ["CMD-SHELL", "curl -f localhost"] },
    intervalMs: 90_000,
    timeoutMs: 500,
    retries: 5,
    startPeriodMs: 3_600_000,
    startIntervalMs: 2_000,
    onUnhealthy: "kill",
  });
});

Deno.test("what is not said, or said with nothing, is the image's", () => {
  assert.deepEqual(healthOf("--health-interval=5s"), { intervalMs: 5_000, onUnhealthy: "restart" });
  assert.deepEqual(healthOf("--health-on-failure=stop"), { onUnhealthy: "stop" });
  assert.equal(healthOf("--health-cmd=", "--health-retries=0", "--health-timeout=0s"), undefined);
});

Deno.test("'none' is a command, as in docker", () => {
  assert.deepEqual(healthOf("--health-cmd=none")?.probe, { type: "command", test: ["CMD-SHELL", "none"] });
});

Deno.test("--no-healthcheck switches the image's check off", () => {
  assert.deepEqual(healthOf("--no-healthcheck")?.probe, { type: "none" });
  assert.deepEqual(healthOf("--no-healthcheck", "--health-retries=0")?.probe, { type: "none" });
});

Deno.test("--no-healthcheck contradicts the flags of a check", () => {
  for (const flag of ["--health-cmd=true", "--health-interval=1s", "--health-on-failure=none"]) {
    assert.throws(() => healthOf("--no-healthcheck", flag), UsageError, flag);
  }
});

Deno.test("values that make no sense are refused", () => {
  for (const flag of ["--health-interval=-1s", "--health-timeout=500us", "--health-start-period=5"]) {
    assert.throws(() => healthOf(flag), UsageError, flag);
  }
  assert.throws(() => healthOf("--health-retries=-1"), UsageError);
  assert.throws(() => healthOf("--health-retries=1.5"), UsageError);
  assert.throws(() => healthOf("--health-on-failure=pray"));
});
