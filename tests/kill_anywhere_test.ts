/** SIGKILL of the command line and of the daemon at random moments: nothing is lost, half made, or done twice. */
import assert from "node:assert/strict";
import { allDone } from "../src/base/all_done.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { mountsBelow } from "./fixture/leftovers.ts";
import { show } from "./fixture/process.ts";
import { randomNumbers } from "./fixture/random.ts";
import { eventually } from "./fixture/wait.ts";

const MOMENTS = 200;
const LANES = 4;
/** Of a command that may not hang. */
const PROMPT = { timeoutMs: 30_000 };
const LINES = 100;

/** Each run notes that it was started; it prints, and ends, once it may. */
const SCRIPT =
  `echo x >>/shared/starts; while [ ! -e /shared/go ]; do sleep 0.02; done; seq ${LINES}; exit 9`;

interface Victim {
  name: string;
  flags: string[];
  /** how often it is started at most */
  starts: number;
}

Deno.test(`SIGKILL at ${MOMENTS} moments: no record, line or exit code is lost, and nothing starts twice`, async () => {
  await using host = await openHost();
  const random = randomNumbers(20260324);
  // The moments come from one sequence, so that they are the same each time.
  const moments = Array.from({ length: MOMENTS }, (_, round) => ({
    round,
    delayMs: random() * 400,
    verb: ["run", "run", "run", "start", "restart", "stop"][Math.floor(random() * 6)],
    target: random() < 0.5 ? "command" as const : "daemon" as const,
    flags: [[], ["--restart", "on-failure:1"], ["-t"], ["-i"], ["--rm"]][Math.floor(random() * 5)],
  }));
  const lane = async (number: number) => {
    for (const moment of moments.filter(({ round }) => round % LANES === number)) {
      await tryMoment(host, moment);
    }
  };
  await allDone(Array.from({ length: LANES }, (_, number) => lane(number)));

  assert.equal(await host.ok(["ps", "-aq"]), "");
  await host.ok(["run", "-d", "--rm", "busybox", "true"]); // its daemon sweeps what a killed one had said
  await eventually("it is removed", async () => await host.ok(["ps", "-aq"]) === "");
  await eventually("the daemon has left", async () => await host.daemon() === undefined);
  assert.deepEqual(await mountsBelow([host.data]), []);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.data}/containers`)), []);
  for (const folder of ["supervision", "attach"]) {
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.run}/${folder}`)), [], folder);
  }
});

interface Moment {
  round: number;
  delayMs: number;
  verb: string;
  target: "command" | "daemon";
  flags: string[];
}

async function tryMoment(host: Host, { round, delayMs, verb, target, flags }: Moment): Promise<void> {
  const victim: Victim = {
    name: `victim-${round}`,
    flags,
    starts: flags[0] === "--restart" ? 2 : 1,
  };
  const what = `${verb} ${flags.join(" ")} of ${victim.name}, ${target} killed after ${delayMs.toFixed()} ms`;
  const shared = `${host.directory}/${victim.name}`;
  await Deno.mkdir(shared);
  const words = [
    "-d",
    "--name",
    victim.name,
    ...flags,
    "-v",
    `${shared}:/shared`,
    "busybox",
    "sh",
    "-c",
    SCRIPT,
  ];
  if (verb === "run") await killDuring(host, ["run", ...words], { delayMs, target });
  else {
    await host.ok(verb === "start" ? ["create", ...words.slice(1)] : ["run", ...words], PROMPT);
    const options = verb === "start" ? [] : ["-t", "0"];
    if (verb === "restart") victim.starts++;
    await killDuring(host, [verb, ...options, victim.name], { delayMs, target });
  }
  await check(host, victim, { shared, what, mayBeStopped: verb === "stop" || verb === "restart" });
}

async function killDuring(
  host: Host,
  words: string[],
  { delayMs, target }: { delayMs: number; target: "command" | "daemon" },
): Promise<void> {
  const child = host.spawn(words);
  const output = child.output();
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  const pid = target === "daemon" ? await daemonPid(host) : child.pid;
  try {
    Deno.kill(pid ?? child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
  await output;
}

/** Without a command, which would start a new one. */
async function daemonPid(host: Host): Promise<number | undefined> {
  const text = await Deno.readTextFile(`${host.run}/daemon.lock`).catch(() => "");
  const pid = text === "" ? undefined : Number(JSON.parse(text).pid);
  const command = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
  return command.includes("daemon") ? pid : undefined;
}

async function check(
  host: Host,
  { name, flags, starts }: Victim,
  { shared, what, mayBeStopped }: { shared: string; what: string; mayBeStopped: boolean },
): Promise<void> {
  const statusOf = async () => {
    const format = ["--format", "{{.Status}}", "--filter", `name=^${name}$`];
    const listed = await host.budgie(["ps", "-a", ...format], PROMPT);
    assert.equal(listed.code, 0, `${what}: ${show(listed)}`);
    return listed.stdout.trim();
  };
  await statusOf(); // whoever comes next mends what was left
  await Deno.writeTextFile(`${shared}/go`, "");
  const isOver = (status: string) => status === "" || /^(Exited|Created)/.test(status);
  const status = await eventually(`the end of ${what}`, async () => {
    const now = await statusOf();
    return isOver(now) && (now || "gone");
  });
  const startedSoFar = async () =>
    (await Deno.readTextFile(`${shared}/starts`).catch(() => "")).split("\n").filter(Boolean).length;
  if (status.startsWith("Exited") && !mayBeStopped) {
    assert.match(status, /^Exited \(9\)/, what);
    const logged = async () => (await host.budgie(["logs", name], PROMPT)).stdout.trim().split(/\r?\n/);
    // The restart policy may start it once more at this moment.
    const isWhole = async () => (await logged()).length === LINES * await startedSoFar();
    await eventually("all lines", isWhole).catch(() => {});
    const [lines, started] = [await logged(), await startedSoFar()];
    assert.deepEqual(
      lines,
      Array.from({ length: LINES * started }, (_, index) => `${index % LINES + 1}`),
      `${what}, started ${started} times`,
    );
  }
  const started = await startedSoFar();
  assert.ok(started <= starts, `${what}: started ${started} times`);
  if (status === "gone") assert.ok(flags.includes("--rm") || started === 0, `${what}: the record is lost`);
  await host.ok(["rm", "-f", "-v", name], PROMPT);
}
