/** How fast output gets into a log that rotates, and what that costs. */
import { runOk } from "../../tests/fixture/process.ts";
import { eventually } from "../../tests/fixture/wait.ts";
import { attendants, daemonPid, openPeers, type Peers, runDetached, RUNTIMES } from "./peers.ts";
import { cpuSeconds, sumOf } from "./processes.ts";
import type { Row } from "./report.ts";
import type { Rig } from "./rig.ts";

const VOLUME_BYTES = 200_000_000;
/** 78 bytes with its end. */
const LINE = "x".repeat(77);
const RUNS = 3;
/** What is still in the pipes once the container has written all of it: 64 KiB each. */
const DRAIN_MS = 500;
const LIMIT_MS = 300_000;

interface Passage {
  /** from the first byte written to the last, by the container's clock */
  seconds: number;
  /** of all processes between the container and the log */
  cpuSeconds: number;
}

export async function lifeLogs(rig: Rig): Promise<Row[]> {
  const rows: Row[] = [];
  for (const runtime of RUNTIMES) {
    await using peers = await openPeers(rig, runtime);
    // Turn by turn: who else is on the machine disturbs both alike.
    const passages: Record<"budgie" | "podman", Passage[]> = { budgie: [], podman: [] };
    for (let i = 0; i < RUNS; i++) {
      for (const name of ["budgie", "podman"] as const) passages[name].push(await pass(rig, peers, name));
    }
    const budgie = median(passages.budgie);
    const podman = median(passages.podman);
    console.error(`logs, ${runtime}`, { budgie, podman });
    const speed = `${megabytesPerSecond(budgie)} MB/s, podman ${megabytesPerSecond(podman)}`;
    const cost = `${perMegabyte(budgie)} ms per MB, podman ${perMegabyte(podman)}`;
    rows.push(
      row(`time for 200 MB of log, ${runtime}`, budgie.seconds / podman.seconds, speed),
      row(`CPU time for it, ${runtime}`, budgie.cpuSeconds / podman.cpuSeconds, cost),
    );
  }
  return rows;
}

function row(what: string, ratio: number, figures: string): Row {
  return { what, budgie: `${ratio.toFixed(2)} × podman (${figures})`, aim: "1 × podman" };
}

/** One container that writes the whole volume. */
async function pass(rig: Rig, peers: Peers, name: "budgie" | "podman"): Promise<Passage> {
  // The container says by files when it begins and ends, and lives on: the times of an ended process are gone.
  const signs = await Deno.makeTempDir({ dir: rig.directory, prefix: "signs-" });
  const script = `until [ -e /signs/go ]; do sleep 0.01; done; : >/signs/begin
yes ${LINE} | head -c ${VOLUME_BYTES}; : >/signs/end; exec sleep 1000000`;
  const size = name === "budgie" ? ["--log-opt", "max-file=3"] : ["--log-driver", "k8s-file"];
  const flags = ["-v", `${signs}:/signs`, "--log-opt", "max-size=10m", ...size];
  const id = await runDetached(peers, peers[name], { flags, command: ["sh", "-c", script] });
  const pids = (await attendants(rig))[name];
  if (name === "budgie") pids.push(await daemonPid(peers));
  const before = await sumOf(pids, cpuSeconds);
  await Deno.writeTextFile(`${signs}/go`, "");
  await eventually("everything is written", () => modified(`${signs}/end`), LIMIT_MS);
  await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
  const [begin, end] = [await modified(`${signs}/begin`), await modified(`${signs}/end`)];
  const passage = { seconds: (end! - begin!) / 1000, cpuSeconds: await sumOf(pids, cpuSeconds) - before };
  await runOk([...peers[name], "rm", "-f", id], { env: peers.env });
  await Deno.remove(signs, { recursive: true });
  return passage;
}

/** Milliseconds since 1970; undefined while it is not there. */
async function modified(file: string): Promise<number | undefined> {
  return (await Deno.stat(file).catch(() => undefined))?.mtime?.getTime();
}

/** By time. */
function median(passages: Passage[]): Passage {
  return passages.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(passages.length / 2)];
}

function megabytesPerSecond({ seconds }: Passage): string {
  return (VOLUME_BYTES / 1e6 / seconds).toFixed(0);
}

/** Milliseconds. */
function perMegabyte({ cpuSeconds }: Passage): string {
  return (cpuSeconds * 1000 / (VOLUME_BYTES / 1e6)).toFixed(1);
}
