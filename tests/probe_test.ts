import assert from "node:assert/strict";
import { findContainer } from "../src/engine/list.ts";
import { probeInContainer } from "../src/engine/exec/probe.ts";
import { storePaths } from "../src/store/paths.ts";
import { runInBackground } from "./fixture/background.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { eventually } from "./fixture/wait.ts";

const LIMITS = { timeoutMs: 10_000, maxOutputBytes: 4096 };

async function probe(
  host: Host,
  command: string[],
  limits: Partial<typeof LIMITS & { signal: AbortSignal }>,
) {
  const engine = { paths: storePaths({ get: (name) => host.env[name] }), runtime: "runc" };
  return await probeInContainer(engine, findContainer(engine, "web"), { command, ...LIMITS, ...limits });
}

const sleepers = async (host: Host) =>
  (await host.ok(["top", "web", "-eo", "pid,args"])).match(/sleep 7\d\d/g);

Deno.test("a probe gives the exit code and the beginning of both outputs", async () => {
  await using host = await openHost();
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const script = "echo out; echo err >&2; exit 3";
  const result = await probe(host, ["sh", "-c", script], {});
  assert.deepEqual({ ...result, output: result.output.split("\n").sort().join(",") }, {
    exitCode: 3,
    output: ",err,out",
    timedOut: false,
  });
  const long = await probe(host, ["sh", "-c", "yes | head -c 100000"], { maxOutputBytes: 5 });
  assert.deepEqual(long, { exitCode: 0, output: "y\ny\ny", timedOut: false });
  const missing = await probe(host, ["no-such"], {});
  assert.equal(missing.exitCode, 127);
  assert.match(missing.output, /no-such/);
});

Deno.test("a probe that takes too long is killed with all it has started, and nothing else is", async () => {
  await using host = await openHost();
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "799"]);
  const script = "echo begun; (sleep 701 &) ; setsid sleep 702 & sleep 703";
  const before = performance.now();
  const result = await probe(host, ["sh", "-c", script], { timeoutMs: 1000 });
  assert.ok(performance.now() - before < 5_000);
  assert.deepEqual(result, { exitCode: -1, output: "begun\n", timedOut: true });
  await eventually(
    "only the container's own is left",
    async () => (await sleepers(host))?.join() === "sleep 799",
  );
});

Deno.test("a probe whose signal aborts is killed and rejects", async () => {
  await using host = await openHost();
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "799"]);
  const signal = AbortSignal.timeout(500);
  await assert.rejects(probe(host, ["sleep", "701"], { signal }), { name: "TimeoutError" });
  await eventually(
    "only the container's own is left",
    async () => (await sleepers(host))?.join() === "sleep 799",
  );
});
