/** What it takes to be connected and published, timed beside podman's. */
import { runOk } from "../../tests/fixture/process.ts";
import type { Contender } from "./hyperfine.ts";
import { measure } from "./measure.ts";
import type { Extent } from "./net.ts";
import { NETWORKS, openNetworkPeers } from "./net_place.ts";
import { IDLE } from "./peers.ts";
import type { Row } from "./report.ts";
import type { Rig } from "./rig.ts";

const AIM = "0.5 × podman";

export async function netCommands(rig: Rig, { runs }: Extent): Promise<Row[]> {
  await using peers = await openNetworkPeers(rig);
  const { env, busybox } = peers;
  const programs = (["budgie", "podman"] as const).map((name) => ({ name, words: peers[name] }));
  // One container keeps the daemon, the bridges and the rules there, as they are where anybody uses them.
  for (const { name, words } of programs) {
    const flags = ["--name", "keeper", "--stop-signal", "KILL", "--network", NETWORKS[name]];
    await runOk([...words, "run", "-d", ...flags, busybox, ...IDLE], { env });
  }
  const contenders = (args: (name: "budgie" | "podman") => string[]): Contender[] =>
    programs.map(({ name, words }) => ({ name, command: [...words, ...args(name)] }));
  const run = (...flags: string[]) =>
    contenders((name) => ["run", "--rm", "--network", NETWORKS[name], ...flags, busybox, "true"]);
  const row = (what: string, them: Contender[]) => measure({ what, aim: AIM }, them, { env, runs });
  return [
    await row(
      "`run --rm --network none IMAGE true`",
      contenders(() => ["run", "--rm", "--network", "none", busybox, "true"]),
    ),
    await row("`run --rm IMAGE true`, in a network", run()),
    await row("`run --rm -p 8080:80 IMAGE true`", run("-p", "8080:80")),
  ];
}
