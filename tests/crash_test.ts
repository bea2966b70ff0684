/** Processes are killed or stopped at bad moments, and the disk is full: what must hold all the same. */
import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openDisk } from "./fixture/disk.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { mountsBelow } from "./fixture/leftovers.ts";
import { runOk, show } from "./fixture/process.ts";
import { randomNumbers } from "./fixture/random.ts";
import { eventually } from "./fixture/wait.ts";

/** Of a command that may not hang. */
const PROMPT = { timeoutMs: 15_000 };

Deno.test("a SIGKILL of run at any moment loses no container, no line and leaves nothing behind", async () => {
  await using host = await openHost();
  const random = randomNumbers(20260102);
  const ids = new Set<string>();
  const lane = async (number: number) => {
    for (let round = 0; round < 20; round++) {
      const name = `victim-${number}-${round}`;
      const flags = FLAGS[(round + number) % FLAGS.length];
      await killAndCheck(host, name, flags, random() * 160, ids);
    }
  };
  await Promise.all([lane(0), lane(1), lane(2)]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
  assert.deepEqual(await mountsBelow([host.data]), []);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.data}/containers`)), []);
  const groups = await runOk(["find", "/sys/fs/cgroup", "-maxdepth", "4", "-type", "d"]);
  assert.deepEqual(groups.split("\n").filter((path) => ids.has(path.slice(path.lastIndexOf("/") + 1))), []);
});

const FLAGS = [[], ["-i"], ["-t"], ["--rm"], ["--rm", "-i"], ["--rm", "-t"]];

/** Kills a run after `delayMs`; only then its container prints, and ends. */
async function killAndCheck(
  host: Host,
  name: string,
  flags: string[],
  delayMs: number,
  ids: Set<string>,
): Promise<void> {
  const shared = `${host.directory}/${name}`;
  await Deno.mkdir(shared);
  const script = "while [ ! -e /shared/go ]; do sleep 0.01; done; seq 100; exit 9";
  const command = ["--name", name, "--network", "none", "-v", `${shared}:/shared`, "busybox"];
  const child = host.spawn(["run", ...flags, ...command, "sh", "-c", script], { stdin: "piped" });
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  child.kill("SIGKILL");
  await Promise.all([child.output(), child.stdin.close().catch(() => {})]);
  const what = `${name} ${flags.join(" ")} killed after ${delayMs.toFixed()} ms`;

  const listed = await host.budgie(["ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Names}}"], PROMPT);
  assert.equal(listed.code, 0, `${what}: ${show(listed)}`);
  for (const line of listed.stdout.split("\n")) if (line) ids.add(line.split(" ")[0]);
  await Deno.writeTextFile(`${shared}/go`, "");
  let status = "";
  await eventually(`the end of ${what}`, async () => {
    const filter = ["--filter", `name=^${name}$`, "--format", "{{.Status}}"];
    status = await host.ok(["ps", "-a", ...filter], PROMPT);
    return flags.includes("--rm") ? status === "" : !status.startsWith("Up");
  });
  if (status !== "" && status !== "Created") {
    assert.match(status, /^Exited \(9\)/, what);
    const logs = await host.ok(["logs", name], PROMPT);
    assert.deepEqual(logs.trim().split(/\r?\n/), Array.from({ length: 100 }, (_, i) => `${i + 1}`), what);
  }
  await host.ok(["rm", "-f", name], PROMPT);
}

Deno.test("what a killed exec was given is gone with the next command", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--rm", "busybox", "sleep", "60"]);
  const child = host.spawn(["exec", "-e", "PASSWORD=planted", web.id, "sleep", "60"]);
  const folders = async () => {
    const entries = await Array.fromAsync(Deno.readDir(host.run));
    return entries.map(({ name }) => name).filter((name) => name.startsWith("exec-"));
  };
  await eventually("exec has begun", async () => (await folders()).length > 0);
  child.kill("SIGKILL");
  await child.status;
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]); // the process in the container holds them
  await host.ok(["ps"], PROMPT);
  assert.deepEqual(await folders(), []);
});

Deno.test("a container outlives its runtime's own process, and is cleaned up after it", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const shim = await shimOf(host, web.id);
  Deno.kill(await onlyChild(shim), "SIGKILL");
  await eventually("the shim has ended", () => Deno.stat(`/proc/${shim}`).then(() => false, () => true));
  assert.match(await host.ok(["ps", "--format", "{{.Status}}"], PROMPT), /^Up/);
  await host.ok(["stop", "-t", "0", "web"], PROMPT);
  await web.ended;
  assert.match(await host.ok(["ps", "-a", "--format", "{{.Status}}"], PROMPT), /^Exited \(137\)/);
  assert.deepEqual(await mountsBelow([host.data]), []);
  await host.ok(["rm", "web"], PROMPT);
});

Deno.test("a container outlives its shim, and rm -f removes all of it", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  Deno.kill(await shimOf(host, web.id), "SIGKILL");
  assert.match(await host.ok(["ps", "--format", "{{.Status}}"], PROMPT), /^Up/);
  assert.equal(await host.ok(["exec", "web", "echo", "alive"], PROMPT), "alive");
  await host.ok(["rm", "-f", "web"], PROMPT);
  await web.ended;
  assert.equal(await host.ok(["ps", "-aq"], PROMPT), "");
});

Deno.test("after a power cut a container that ran has ended, and can be removed", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const shim = await shimOf(host, web.id);
  for (const pid of [web.child.pid, shim, await onlyChild(shim), web.pid]) Deno.kill(pid, "SIGKILL");
  await web.ended;
  for (const mount of await mountsBelow([host.data])) await runOk(["umount", "--lazy", mount]);
  await Deno.remove(host.run, { recursive: true });
  assert.match(await host.ok(["ps", "-a", "--format", "{{.Status}}"], PROMPT), /^Exited \(255\)/);
  await host.ok(["rm", "web"], PROMPT);
  await runOk(["sh", "-c", `find /sys/fs/cgroup -depth -type d -name ${web.id} -exec rmdir {} +`]);
});

Deno.test("a container whose config.json a power cut left empty is inspected, compared and started", async () => {
  await using host = await openHost();
  const id = await host.ok([
    "run",
    "-d",
    "--name",
    "web",
    "--stop-signal",
    "KILL",
    "busybox",
    "sleep",
    "1000",
  ]);
  await host.ok(["stop", "web"]);
  await Deno.writeTextFile(`${host.data}/containers/${id}/config.json`, "");
  assert.equal(await host.ok(["inspect", "--format", "{{.State.Status}}", "web"]), "exited");
  await host.ok(["diff", "web"]);
  await host.ok(["start", "web"]);
  assert.equal(await host.ok(["exec", "web", "echo", "hello"]), "hello");
});

Deno.test("stop and rm -f do not wait for ever for a run that stands still", async () => {
  await using host = await openHost();
  const chatty = ["busybox", "sh", "-c", "trap 'exit 3' TERM; while :; do echo y; done"];
  for (const command of [["stop"], ["rm", "-f"]]) {
    await using web = await runInBackground(host, ["--name", "web", ...chatty]);
    web.child.kill("SIGSTOP"); // what Ctrl-Z does
    await host.ok([...command, "web"], PROMPT);
    await assert.rejects(Deno.stat(`/proc/${web.pid}/ns/mnt`), `${command} ended the container`);
    web.child.kill("SIGCONT");
    assert.notEqual((await web.ended).code, 0);
    await host.ok(["rm", "-f", "web"], PROMPT);
  }
});

Deno.test("stop, kill and rm -f of one container at once all end, and nothing is left", async () => {
  await using host = await openHost();
  for (let round = 0; round < 4; round++) {
    await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
    const commands = [["stop", "-t", "0"], ["kill"], ["rm", "-f"], ["stop"], ["rm", "-f", "-v"]];
    const results = await Promise.all(commands.map((words) => host.budgie([...words, "web"], PROMPT)));
    for (const { stderr } of results) assert.doesNotMatch(stderr, /bug of its own/);
    assert.equal((await web.ended).code, 137);
    assert.equal(await host.ok(["ps", "-aq"]), "");
  }
});

Deno.test("a full disk: the container goes on, its output arrives, and a warning says what is missing", async () => {
  await using disk = await openDisk();
  await using host = await openHost({ env: { BUDGIE_DATA_DIR: `${disk.path}/data` } });
  await disk.leave("10m");
  const script = "seq 3000000; exit 4"; // 22 MB, and more as log lines
  const result = await host.budgie(["run", "--name", "web", "busybox", "sh", "-c", script]);
  assert.equal(result.code, 4, result.stderr);
  assert.equal(result.stdout.length, 22_888_896);
  assert.match(result.stderr, /^Warning: .*logs.*[Nn]o space/);
  // The last line may be empty: the end of one whose beginning did not fit.
  assert.match(await host.ok(["logs", "--tail", "20", "web"]), /^\d+$/m);
  await host.ok(["rm", "web"]);
});

Deno.test("a full disk: what can't be written down is not done, and the state stays", async () => {
  await using disk = await openDisk();
  await using host = await openHost({ env: { BUDGIE_DATA_DIR: `${disk.path}/data` } });
  await host.ok(["run", "--name", "one", "busybox", "true"]);
  const before = await Deno.readTextFile(`${host.data}/state.json`);
  await disk.leave("0");
  const result = await host.budgie(["run", "--name", "two", "busybox", "true"], PROMPT);
  assert.equal(result.code, 125, show(result));
  assert.match(result.stderr, /^Error: .*[Nn]o space/m);
  assert.equal(await Deno.readTextFile(`${host.data}/state.json`), before);
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}}"], PROMPT), "one");
  await Deno.remove(`${disk.path}/fill`);
  assert.deepEqual(
    (await Array.fromAsync(Deno.readDir(host.data))).filter(({ name }) => /tmp$/.test(name)).length,
    1,
  );
  await host.ok(["run", "--rm", "--name", "two", "busybox", "true"]);
  await host.ok(["rm", "one"]);
});

Deno.test("a data directory of any name works, also through a symlink, and is cleaned up", async () => {
  const scratch = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "budgie-odd-" });
  const directory = `${scratch}/a, \\b:ü`;
  try {
    await Deno.mkdir(`${directory}/real`, { recursive: true });
    await Deno.symlink(`${directory}/real`, `${directory}/link`);
    for (const [data, runtime] of [["real", "crun"], ["link", "runc"]] as const) {
      await using host = await openHost({ runtime, env: { BUDGIE_DATA_DIR: `${directory}/${data}` } });
      assert.equal(await host.ok(["run", "--rm", "busybox", "echo", "fine"]), "fine");
      await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
      web.child.kill("SIGKILL");
      await host.ok(["kill", "web"]);
      await eventually("the end", async () => /Exited/.test(await host.ok(["ps", "-a"], PROMPT)));
      const mounts = await Deno.readTextFile("/proc/self/mountinfo");
      assert.doesNotMatch(mounts, new RegExp(web.id));
      await host.ok(["rm", "web"]);
    }
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
});

async function shimOf(host: Host, id: string): Promise<number> {
  return Number(await Deno.readTextFile(`${host.data}/containers/${id}/shim.pid`));
}

async function onlyChild(pid: number): Promise<number> {
  return Number.parseInt(await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`));
}
