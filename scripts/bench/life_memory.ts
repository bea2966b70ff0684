/** What the daemon takes, and what one more container takes in all processes that look after it. */
import {
  attendants,
  daemonPid,
  openPeers,
  type Peers,
  runDetached,
  type Runtime,
  RUNTIMES,
} from "./peers.ts";
import { pssBytes, sumOf } from "./processes.ts";
import type { Row } from "./report.ts";
import type { Rig } from "./rig.ts";

const MORE = 20;
/** What a start leaves behind is given back after it. */
const SETTLE_MS = 5_000;
const AIMS: Record<Runtime, string> = { crun: "4 MB", runc: "16 MB" };

interface Memory {
  daemon: number;
  /** shims and runtimes */
  budgie: number;
  /** conmon */
  podman: number;
}

export async function lifeMemory(rig: Rig): Promise<Row[]> {
  const rows: Row[] = [];
  for (const runtime of RUNTIMES) {
    await using peers = await openPeers(rig, runtime);
    await startBoth(peers, 1);
    const one = await look(rig, peers);
    await startBoth(peers, MORE);
    const many = await look(rig, peers);
    console.error(`memory, ${runtime}`, { one, many });
    const each = (before: number, after: number) => (after - before) / MORE;
    const daemon = each(one.daemon, many.daemon);
    const all = daemon + each(one.budgie, many.budgie);
    rows.push(
      {
        what: `daemon with one container, ${runtime}`,
        budgie: `${megabytes(one.daemon)} MB`,
        aim: "–",
      },
      {
        what: `one more container, ${runtime}`,
        budgie: `${megabytes(all)} MB, of which the daemon ${megabytes(daemon)}; podman ${
          megabytes(each(one.podman, many.podman))
        }`,
        aim: AIMS[runtime],
      },
    );
  }
  return rows;
}

async function startBoth(peers: Peers, count: number): Promise<void> {
  for (const program of [peers.budgie, peers.podman]) {
    for (let i = 0; i < count; i++) await runDetached(peers, program);
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

async function look(rig: Rig, peers: Peers): Promise<Memory> {
  const { budgie, podman } = await attendants(rig);
  return {
    daemon: await pssBytes(await daemonPid(peers)),
    budgie: await sumOf(budgie, pssBytes),
    podman: await sumOf(podman, pssBytes),
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
