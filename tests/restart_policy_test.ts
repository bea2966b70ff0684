/** Who starts a container again when it has ended, when, and for how long. */
import assert from "node:assert/strict";
import { type Host, openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";
import { bootDaemon, reboot } from "./fixture/reboot.ts";
import { eventually } from "./fixture/wait.ts";

interface State {
  status: string;
  exitCode: number;
  restartCount: number;
  desired: string;
  pid: number;
}

async function stateOf(host: Host, name: string): Promise<State> {
  const template =
    "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}} {{.Budgie.Desired}} {{.State.Pid}}";
  const words = (await host.ok(["inspect", "--format", template, name])).split(" ");
  return {
    status: words[0],
    exitCode: Number(words[1]),
    restartCount: Number(words[2]),
    desired: words[3],
    pid: Number(words[4]),
  };
}

async function until(host: Host, name: string, wanted: Partial<State>): Promise<State> {
  let state: State | undefined;
  try {
    return await eventually(`${name} is so`, async () => {
      const now = state = await stateOf(host, name);
      return Object.entries(wanted).every(([key, value]) => now[key as keyof State] === value) && now;
    });
  } catch (cause) {
    throw new Error(`${name}: not ${JSON.stringify(wanted)}, but ${JSON.stringify(state)}`, { cause });
  }
}

/** Milliseconds, of each start of a container so far. */
async function startTimes(host: Host, name: string): Promise<number[]> {
  const filter = ["--filter", "event=start", "--filter", `container=${name}`];
  const lines = await host.ok(["events", "--until", "0s", ...filter, "--format", "{{.TimeNano}}"]);
  return lines.split("\n").filter(Boolean).map((nanoseconds) => Number(BigInt(nanoseconds) / 1_000_000n));
}

async function psStatus(host: Host, name: string): Promise<string> {
  return await host.ok(["ps", "-a", "--no-trunc", "--filter", `name=^${name}$`, "--format", "{{.Status}}"]);
}

async function runDetached(host: Host, name: string, policy: string, command: string[]): Promise<void> {
  await host.ok(["run", "-d", "--name", name, "--restart", policy, "busybox", ...command]);
}

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`each policy does what its name says when the command ends, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    const ending = (code: number) => ["sh", "-c", `exit ${code}`];
    await runDetached(host, "no", "no", ending(3));
    await runDetached(host, "fails", "on-failure:2", ending(3));
    await runDetached(host, "succeeds", "on-failure:2", ending(0));
    await runDetached(host, "always", "always", ending(0));
    await runDetached(host, "unless", "unless-stopped", ending(3));

    for (const name of ["always", "unless"]) {
      await eventually(`${name} was started again, twice`, async () => {
        return (await stateOf(host, name)).restartCount >= 2;
      });
    }
    await until(host, "no", { status: "exited", exitCode: 3, restartCount: 0 });
    await until(host, "fails", { status: "exited", exitCode: 3, restartCount: 2, desired: "stopped" });
    await until(host, "succeeds", { status: "exited", exitCode: 0, restartCount: 0 });
    assert.equal((await startTimes(host, "fails")).length, 3);
    const deaths = ["--filter", "event=die", "--filter", "container=fails", "--format", "{{.Action}}"];
    assert.equal((await host.ok(["events", "--until", "0s", ...deaths])).split("\n").length, 3);
  });
}

Deno.test("the time before a restart grows, and meanwhile ps and inspect show it as restarting", async () => {
  await using host = await openHost();
  await runDetached(host, "web", "always", ["sh", "-c", "exit 7"]);
  const starts = await eventually("some starts", async () => {
    const times = await startTimes(host, "web");
    return times.length >= 5 && times;
  });
  const gaps = starts.slice(1).map((time, index) => time - starts[index]);
  for (const [index, gap] of gaps.entries()) {
    assert.ok(gap >= 100 * 2 ** index * 0.9, `${gaps.join(", ")} ms`);
  }
  await eventually("it waits", async () => /^Restarting \(7\) /.test(await psStatus(host, "web")));
  await until(host, "web", { status: "restarting", exitCode: 7 });
  await eventually(
    "the filter finds it",
    async () => await host.ok(["ps", "-q", "--filter", "status=restarting"]) !== "",
  );
});

for (const verb of ["stop", "kill"]) {
  Deno.test(`${verb} ends the waiting for the next start`, async () => {
    await using host = await openHost();
    await runDetached(host, "web", "always", ["sh", "-c", "exit 7"]);
    await eventually("it waits for a while", async () => (await stateOf(host, "web")).restartCount >= 3);
    await until(host, "web", { status: "restarting" });
    assert.equal(await host.ok([verb, "web"]), "web");
    await until(host, "web", { status: "exited", exitCode: 7, desired: "stopped" });
    await eventually("the daemon has nothing to do", async () => await host.daemon() === undefined);
    assert.match(await psStatus(host, "web"), /^Exited \(7\)/);
  });
}

Deno.test("start does not wait for the next start of the policy, and what comes then counts anew", async () => {
  await using host = await openHost();
  await host.ok(
    ["run", "-d", "--name", "web", "--restart", "always", "-v", `${host.directory}:/shared`, "busybox"]
      .concat(
        ["sh", "-c", "[ -e /shared/good ] || exit 7; sleep 1000"],
      ),
  );
  await eventually("it waits for a while", async () => (await stateOf(host, "web")).restartCount >= 3);
  await host.write("good", "");
  await host.ok(["start", "web"]);
  await until(host, "web", { status: "running", restartCount: 0 });
});

Deno.test("a start that fails is tried again: ps says why it waits, and it comes up once the reason is gone", async () => {
  await using host = await openHost();
  const source = `${host.directory}/source`;
  await Deno.mkdir(source);
  const mount = ["--mount", `type=bind,source=${source},target=/source`];
  await host.ok(["run", "-d", "--name", "web", "--restart", "always", ...mount, "busybox", "sleep", "1000"]);
  const { pid } = await stateOf(host, "web");
  await Deno.remove(source);
  Deno.kill(pid, "SIGKILL");
  await eventually("ps says why", async () => {
    const status = await psStatus(host, "web");
    return status.startsWith("Restarting (") && status.includes(source);
  });
  assert.match(await host.ok(["inspect", "--format", "{{.State.Error}}", "web"]), new RegExp(source));
  await Deno.mkdir(source);
  await until(host, "web", { status: "running" });
});

Deno.test("a SIGKILL from outside is a failure that is mended, budgie kill is the user's word", async () => {
  await using host = await openHost();
  await runDetached(host, "web", "on-failure", ["sleep", "1000"]);
  const first = await stateOf(host, "web");
  Deno.kill(first.pid, "SIGKILL");
  const second = await eventually("it runs again", async () => {
    const now = await stateOf(host, "web");
    return now.status === "running" && now.pid !== first.pid && now;
  });
  assert.equal(second.restartCount, 1);
  await host.ok(["kill", "web"]);
  await until(host, "web", { status: "exited", exitCode: 137, desired: "stopped" });
});

Deno.test("kill with the stop signal is not undone, with another signal the policy holds", async () => {
  await using host = await openHost();
  const script = "trap 'exit 1' HUP; trap 'exit 2' USR1; while :; do sleep 0.05; done";
  await host.ok(
    ["run", "-d", "--name", "web", "--restart", "always", "--stop-signal", "USR1", "busybox"].concat(
      ["sh", "-c", script],
    ),
  );
  const hasTrap = async () => {
    const { pid } = await stateOf(host, "web");
    // Of HUP and USR1, bits 0 and 9 (proc(5), SigCgt).
    const caught = /^SigCgt:\s+(\w+)$/m.exec(await Deno.readTextFile(`/proc/${pid}/status`).catch(() => ""));
    return caught !== null && (BigInt(`0x${caught[1]}`) & 0x201n) === 0x201n;
  };
  await eventually("its traps are set", hasTrap);
  await host.ok(["kill", "-s", "HUP", "web"]);
  await eventually("it was started again", async () => (await stateOf(host, "web")).restartCount === 1);
  await eventually("its traps are set again", hasTrap);
  await host.ok(["kill", "-s", "USR1", "web"]);
  await until(host, "web", { status: "exited", exitCode: 2, desired: "stopped" });
  const filter = ["--filter", "event=kill", "--format", "{{.Actor.Attributes.signal}}"];
  assert.equal(await host.ok(["events", "--until", "0s", ...filter]), "1\n10");
});

Deno.test("what was stopped by hand stays stopped when the daemon comes anew", async () => {
  await using host = await openHost();
  for (const name of ["always", "unless-stopped"]) {
    await runDetached(host, name, name, ["sleep", "1000"]);
    await host.ok(["stop", "-t", "0", name]);
  }
  await runDetached(host, "other", "always", ["sleep", "1000"]);
  const other = await stateOf(host, "other");
  await host.ok(["daemon", "stop"]);
  await using _daemon = bootDaemon(host);
  await eventually("the daemon is there", async () => await host.daemon() !== undefined);
  Deno.kill(other.pid, "SIGKILL");
  await eventually("it does its work", async () => (await stateOf(host, "other")).restartCount === 1);
  for (const name of ["always", "unless-stopped"]) await until(host, name, { status: "exited" });
});

Deno.test("after a reboot those come back that docker brings back", async () => {
  await using host = await openHost();
  for (const policy of ["no", "on-failure", "always", "unless-stopped"]) {
    await runDetached(host, `${policy}-up`, policy, ["sleep", "1000"]);
    if (policy === "no" || policy === "on-failure") continue;
    await runDetached(host, `${policy}-stopped`, policy, ["sleep", "1000"]);
    await host.ok(["stop", "-t", "0", `${policy}-stopped`]);
  }
  await host.ok(["create", "--name", "created", "--restart", "always", "busybox", "sleep", "1000"]);
  await reboot(host);

  assert.equal(await host.ok(["ps", "-q"]), "");
  await using _daemon = bootDaemon(host);
  for (const name of ["on-failure-up", "always-up", "always-stopped", "unless-stopped-up"]) {
    await until(host, name, { status: "running", desired: "running" });
  }
  await until(host, "no-up", { status: "exited", exitCode: 255 });
  await until(host, "unless-stopped-stopped", { status: "exited", exitCode: 137 });
  await until(host, "created", { status: "created" });
});

Deno.test("--rm and a restart policy together are refused, at creation and later", async () => {
  await using host = await openHost();
  for (const command of [["run", "-d"], ["create"]]) {
    const result = await host.budgie([...command, "--rm", "--restart", "always", "busybox", "true"]);
    assert.equal(result.code, 125, show(result));
    assert.match(result.stderr, /^Error: Cannot use .*--rm/);
  }
  await host.ok(["run", "-d", "--rm", "--restart", "no", "--name", "web", "busybox", "sleep", "1000"]);
  const update = await host.budgie(["update", "--restart", "always", "web"]);
  assert.notEqual(update.code, 0, show(update));
  assert.match(update.stderr, /^Error: Cannot use --restart for 'web'.*--rm/);
});

Deno.test("run in the foreground ends with the first exit code, and the policy goes on in the background", async () => {
  await using host = await openHost();
  const script = "[ -e /seen ] && { echo again; sleep 1000; }; echo first; >/seen; exit 5";
  const result = await host.budgie([
    "run",
    "--name",
    "web",
    "--restart",
    "always",
    "busybox",
    "sh",
    "-c",
    script,
  ]);
  assert.deepEqual(result, { code: 5, stdout: "first\n", stderr: "" });
  await until(host, "web", { status: "running", restartCount: 1 });
  await eventually("its output", async () => await host.ok(["logs", "web"]) === "first\nagain");
});

Deno.test("a policy that is given later holds for the run that is under way", async () => {
  await using host = await openHost();
  await runDetached(host, "web", "no", ["sleep", "1000"]);
  const { pid } = await stateOf(host, "web");
  await host.ok(["update", "--restart", "always", "web"]);
  Deno.kill(pid, "SIGKILL");
  await until(host, "web", { status: "running", restartCount: 1 });
  await host.ok(["update", "--restart", "no", "web"]);
  Deno.kill((await stateOf(host, "web")).pid, "SIGKILL");
  await until(host, "web", { status: "exited", exitCode: 137 });
});
