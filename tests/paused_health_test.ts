/** A pause in the middle of health checks. */
import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { eventually } from "./fixture/wait.ts";

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`a check that a pause interrupts is no failure, and the pause holds, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    // One is under way at almost any moment, and the first failure would end the container. Starting a command takes
    // seconds on a slow and busy machine.
    const times = ["--health-interval", "1ms", "--health-timeout", "5s", "--health-retries", "1"];
    const check = ["--health-cmd", "sleep 0.3", ...times, "--restart", "always", "--stop-signal", "KILL"];
    await host.ok(["run", "-d", "--name", "web", ...check, "busybox", "sleep", "1000"]);
    const status = () => host.ok(["ps", "--format", "{{.Status}}"]);
    const results = async (): Promise<{ Start: string }[]> =>
      JSON.parse(await host.ok(["inspect", "--format", "{{json .State.Health.Log}}", "web"]));
    await eventually("it is healthy", async () => /\(healthy\)/.test(await status()));

    await host.ok(["pause", "web"]);
    await new Promise((resolve) => setTimeout(resolve, 7_000)); // for longer than a check may take
    assert.match(await status(), /\(Paused\)$/);
    await host.ok(["unpause", "web"]);
    const last = (await results()).at(-1)!.Start;
    await eventually("it is asked on", async () => (await results())[0].Start > last);
    assert.match(await status(), /\(healthy\)/);
    assert.equal(await host.ok(["inspect", "--format", "{{.RestartCount}}", "web"]), "0");
    const events = ["--until", "0s", "--filter", "container=web", "--format", "{{.Action}}"];
    const changes = (await host.ok(["events", ...events])).split("\n").filter((action) =>
      /^health/.test(action)
    );
    assert.deepEqual(changes, ["health_status: healthy"]);
  });
}
