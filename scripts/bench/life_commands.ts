/** Commands about containers in the background, timed beside podman's. */
import { runOk } from "../../tests/fixture/process.ts";
import type { Contender } from "./hyperfine.ts";
import { measure } from "./measure.ts";
import { detachedArgs, openPeers, type Peers, runDetached, RUNTIMES } from "./peers.ts";
import type { Row } from "./report.ts";
import type { Rig } from "./rig.ts";

/** Running containers that `ps` lists. */
const LISTED = [1, 50, 500];
const AIM = "1 × podman";

export async function lifeCommands(rig: Rig): Promise<Row[]> {
  const rows: Row[] = [];
  for (const runtime of RUNTIMES) {
    await using peers = await openPeers(rig, runtime);
    rows.push(await firstRun(peers));
    // From here on one container keeps the daemon there, as it is where anybody uses it.
    for (const program of [peers.budgie, peers.podman]) {
      await runDetached(peers, program, { flags: ["--name", "keeper"] });
    }
    rows.push(...await withDaemon(peers));
  }
  await using peers = await openPeers(rig);
  for (const count of LISTED) rows.push(await listing(peers, count));
  return rows;
}

/** Starts the daemon too. */
async function firstRun(peers: Peers): Promise<Row> {
  const words = detachedArgs(peers, { flags: ["--name", "first"] });
  const stopped = join([...peers.budgie, "rm", "-f", "first"], [...peers.budgie, "daemon", "stop"]);
  const contenders: Contender[] = [
    { name: "budgie", command: [...peers.budgie, ...words], prepare: stopped },
    {
      name: "podman",
      command: [...peers.podman, ...words],
      prepare: join([...peers.podman, "rm", "-f", "-i", "-t", "0", "first"]),
    },
  ];
  const row = await measure(named("`run -d`, which starts the daemon", peers), contenders, peers);
  await peers.clear();
  return row;
}

async function withDaemon(peers: Peers): Promise<Row[]> {
  const { budgie, podman } = peers;
  const both = (args: string[], prepare?: string[]): Contender[] =>
    [["budgie", budgie] as const, ["podman", podman] as const].map(([name, program]) => ({
      name,
      command: [...program, ...args],
      prepare: prepare && join([...program, ...prepare]),
    }));
  const row = (what: string, contenders: Contender[]) => measure(named(what, peers), contenders, peers);
  const rows = [
    await row("`run -d`", both(detachedArgs(peers, {}))),
    await row("`exec true`", both(["exec", "keeper", "true"])),
    await row("`stop`, of what ends at once", both(["stop", "keeper"], ["start", "keeper"])),
  ];
  // podman waits for the stop signal's effect unless it is told not to; `rm -f` of budgie and docker kills.
  const removals = both(["rm", "-f", "removed"], detachedArgs(peers, { flags: ["--name", "removed"] }));
  removals[1].command.push("-t", "0");
  return [...rows, await row("`rm -f`, of what runs", removals)];
}

async function listing(peers: Peers, count: number): Promise<Row> {
  for (const program of [peers.budgie, peers.podman]) {
    const listed = await runOk([...program, "ps", "-q"], { env: peers.env });
    const running = listed.split("\n").length - 1;
    for (let i = running; i < count; i++) await runDetached(peers, program);
  }
  const what = `\`ps\` with ${count} running container${count === 1 ? "" : "s"}`;
  const contenders: Contender[] = [
    { name: "budgie", command: [...peers.budgie, "ps"] },
    { name: "podman", command: [...peers.podman, "ps"] },
  ];
  return await measure({ what, aim: AIM }, contenders, peers);
}

function named(what: string, { runtime }: Peers): { what: string; aim: string } {
  return { what: `${what}, ${runtime}`, aim: AIM };
}

/** For `sh -c`. */
function join(...commands: string[][]): string {
  return commands.map((words) => `${words.join(" ")} >/dev/null`).join(" && ");
}
