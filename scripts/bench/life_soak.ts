/** What the daemon takes while time goes by: with containers that do nothing, and with containers that talk. */
import { runOk } from "../../tests/fixture/process.ts";
import { daemonPid, openPeers, type Peers, runDetached } from "./peers.ts";
import { cpuSeconds, residentBytes } from "./processes.ts";
import type { Row } from "./report.ts";
import type { Rig } from "./rig.ts";

const CONTAINERS = 50;
const IDLE_SECONDS = 30;
const WARM_UP_SECONDS = 60;
const SAMPLE_SECONDS = 10;
/** 1,000 lines a second in all, so one of each container every 50 ms. */
const LINES_PER_SECOND = 1_000;
/** Within half a minute of the last start V8 takes away what starts left behind; from then on nothing is done. */
const SETTLE_SECONDS = 40;

/** Daemon with containers that do nothing. */
export async function lifeIdle(rig: Rig): Promise<Row[]> {
  await using peers = await openPeers(rig);
  for (let i = 0; i < CONTAINERS; i++) await runDetached(peers, peers.budgie);
  await seconds(SETTLE_SECONDS);
  const pid = await daemonPid(peers);
  const before = await cpuSeconds(pid);
  await seconds(IDLE_SECONDS);
  const used = await cpuSeconds(pid) - before;
  console.error(`idle: ${used.toFixed(2)} s of CPU`);
  return [{
    what: `CPU of the daemon, ${CONTAINERS} idle containers, ${IDLE_SECONDS} s`,
    budgie: `${used.toFixed(2)} s`,
    aim: "0",
  }];
}

/** Daemon with containers that print all the time. */
export async function lifeSoak(rig: Rig, minutes: number): Promise<Row[]> {
  await using peers = await openPeers(rig);
  const counts = await Deno.makeTempDir({ dir: rig.directory, prefix: "counts-" });
  const ids: string[] = [];
  for (let i = 0; i < CONTAINERS; i++) ids.push(await startTalker(peers, counts));
  const pid = await daemonPid(peers);
  await seconds(WARM_UP_SECONDS);
  const [rss, cpu, startMs] = [await residentBytes(pid), await cpuSeconds(pid), performance.now()];
  let largest = rss;
  while (performance.now() - startMs < minutes * 60_000) {
    await seconds(SAMPLE_SECONDS);
    const now = await residentBytes(pid);
    largest = Math.max(largest, now);
    console.error(`soak: ${Math.round((performance.now() - startMs) / 1000)} s, ${megabytes(now)} MB`);
  }
  const growth = await residentBytes(pid) - rss;
  const percent = (await cpuSeconds(pid) - cpu) / ((performance.now() - startMs) / 1000) * 100;
  const lines = await endTalkers(peers, ids, counts);
  console.error(`soak: ${megabytes(growth)} MB more, ${percent.toFixed(1)} % CPU`, lines);
  const soak = `${CONTAINERS} containers, ${LINES_PER_SECOND} lines/s in all, ${minutes} min`;
  return [
    {
      what: `memory of the daemon, ${soak}`,
      budgie: `${megabytes(rss)} MB after 1 min, grows by ${megabytes(growth)} MB (at most ${
        megabytes(largest - rss)
      })`,
      aim: "5 MB more",
    },
    { what: "CPU of the daemon meanwhile", budgie: `${percent.toFixed(1)} % of one core`, aim: "–" },
    {
      what: "lines missing in the logs",
      budgie: `${lines.missing} of ${lines.printed.toLocaleString("en")}`,
      aim: "0",
    },
  ];
}

/** Numbers its lines, and leaves the number of the last one in `<counts>/<its host name>`. */
async function startTalker(peers: Peers, counts: string): Promise<string> {
  // `read` waits without a process: fifty `sleep`s twenty times a second would be the load.
  const script = `trap 'echo $i >/counts/$(hostname); exit' TERM
mkfifo /tmp/never; exec 3<>/tmp/never; i=0
while :; do i=$((i+1)); echo "$i ${"x".repeat(70)}"; read -t ${CONTAINERS / LINES_PER_SECOND} -u 3 _; done`;
  const flags = ["-v", `${counts}:/counts`, "--stop-signal", "TERM", "--log-opt", "max-size=100m"];
  return await runDetached(peers, peers.budgie, { flags, command: ["sh", "-c", script] });
}

/** Ends them, and compares what each says it printed with its log. */
async function endTalkers(
  { budgie, env }: Peers,
  ids: readonly string[],
  counts: string,
): Promise<{ printed: number; missing: number }> {
  let [printed, missing] = [0, 0];
  for (const id of ids) {
    await runOk([...budgie, "stop", id], { env });
    const last = Number(await Deno.readTextFile(`${counts}/${id.slice(0, 12)}`));
    const logged = (await runOk([...budgie, "logs", id], { env })).trimEnd().split("\n");
    const numbers = new Set(logged.map((line) => Number.parseInt(line)));
    printed += last;
    for (let i = 1; i <= last; i++) if (!numbers.has(i)) missing++;
    if (logged.length > last) {
      throw new Error(`${id} has ${logged.length} lines in its log, and printed ${last}`);
    }
  }
  return { printed, missing };
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
