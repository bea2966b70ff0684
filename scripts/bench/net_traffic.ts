/** What a published port costs those who ask at it. */
import { runOk } from "../../tests/fixture/process.ts";
import { eventually } from "../../tests/fixture/wait.ts";
import type { Extent } from "./net.ts";
import { HOST_ADDRESS, NETWORKS, openNetworkPeers } from "./net_place.ts";
import type { Row } from "./report.ts";
import type { Rig } from "./rig.ts";

const ROUNDS = 3;
const PORTS = { budgie: 8080, podman: 8081 };
const SERVER = ["sh", "-c", "echo hello >/index.html; exec httpd -f -p 80 -h /"];

interface Passage {
  secondsPerRequest: number;
  /** of a hundred requests, the slowest but one took so long */
  p99Seconds: number;
}

export async function netTraffic(rig: Rig, { seconds }: Extent): Promise<Row[]> {
  await using peers = await openNetworkPeers(rig);
  const { env, busybox, inNetwork } = peers;
  for (const name of ["budgie", "podman"] as const) {
    const flags = [
      "--name",
      "web",
      "--stop-signal",
      "KILL",
      "-p",
      `${PORTS[name]}:80`,
      "--network",
      NETWORKS[name],
    ];
    await runOk([...peers[name], "run", "-d", ...flags, busybox, ...SERVER], { env });
  }
  const format = `{{(index .NetworkSettings.Networks "${NETWORKS.budgie}").IPAddress}}`;
  const address = (await runOk([...peers.budgie, "inspect", "-f", format, "web"], { env })).trim();
  const places = {
    budgie: `http://${HOST_ADDRESS}:${PORTS.budgie}/`,
    "the container's address": `http://${address}/`,
    podman: `http://${HOST_ADDRESS}:${PORTS.podman}/`,
  };
  for (const url of Object.values(places)) {
    await eventually(
      `an answer from ${url}`,
      () => runOk([...inNetwork, "curl", "-sf", "-m", "1", url]).catch(() => undefined),
    );
  }
  // Turn by turn: who else is on the machine disturbs all alike.
  const passages = Object.entries(places).map(([name, url]) => ({ name, url, list: [] as Passage[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { url, list } of passages) {
      const args = ["-t", "1", "-c", "16", "-d", `${seconds}s`, "--latency", url];
      list.push(parseWrk(await runOk([...inNetwork, "wrk", ...args], { timeoutMs: 120_000 })));
    }
  }
  console.error("traffic", passages);
  const row = (what: string, measure: (passage: Passage) => number): Row => {
    const [own, ...others] = passages.map(({ name, list }) => ({ name, value: median(list.map(measure)) }));
    const budgie = others.map(({ name, value }) => `${(own.value / value).toFixed(2)} × ${name}`).join(", ");
    return { what, budgie, aim: "1.1 × the container's address, 1 × podman" };
  };
  return [
    row("time for a request through a published port", ({ secondsPerRequest }) => secondsPerRequest),
    row("99th percentile of it, with 16 clients", ({ p99Seconds }) => p99Seconds),
  ];
}

/** Source: what wrk 4.1 prints with --latency. */
export function parseWrk(text: string): Passage {
  const rate = /^Requests\/sec:\s+([\d.]+)$/m.exec(text)?.[1];
  const [, p99, unit] = /^\s+99%\s+([\d.]+)(us|ms|s)$/m.exec(text) ?? [];
  if (rate === undefined || p99 === undefined) throw new Error(`Cannot read what wrk says: ${text}`);
  return {
    secondsPerRequest: 1 / Number(rate),
    p99Seconds: Number(p99) * { us: 1e-6, ms: 1e-3, s: 1 }[unit]!,
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
