/** Many containers in one network, and many published ports: whether one more costs the same. */
import { formatChange } from "../../src/network/rule_change.ts";
import type { PortRules } from "../../src/network/rules.ts";
import { formatRuleset } from "../../src/network/ruleset.ts";
import { runOk } from "../../tests/fixture/process.ts";
import { compare, type Contender } from "./hyperfine.ts";
import type { Extent } from "./net.ts";
import { type NetworkPeers, NETWORKS, openNetworkPeers } from "./net_place.ts";
import { IDLE } from "./peers.ts";
import type { Row } from "./report.ts";
import type { Rig } from "./rig.ts";

export async function netScale(rig: Rig, extent: Extent): Promise<Row[]> {
  await using peers = await openNetworkPeers(rig);
  return [
    await comingUp(peers, extent),
    await ruleChange(rig, peers, extent),
    await publishing(peers, extent),
  ];
}

/** One after the other, as they come from a script. */
async function comingUp(
  { env, busybox, clear, ...peers }: NetworkPeers,
  { containers }: Extent,
): Promise<Row> {
  const seconds = { budgie: 0, podman: 0 };
  for (const name of ["budgie", "podman"] as const) {
    const flags = ["--stop-signal", "KILL", "--network", NETWORKS[name]];
    const startedAt = performance.now();
    for (let count = 0; count < containers; count++) {
      await runOk([...peers[name], "run", "-d", ...flags, busybox, ...IDLE], { env });
    }
    seconds[name] = (performance.now() - startedAt) / 1000;
  }
  await clear();
  console.error("coming up", seconds);
  const ratio = (seconds.budgie / seconds.podman).toFixed(2);
  const each = ((seconds.budgie / containers) * 1000).toFixed();
  return {
    what: `${containers} containers come up in one network`,
    budgie: `${ratio} × podman (${seconds.budgie.toFixed(1)} s, ${each} ms each)`,
    aim: "0.5 × podman",
  };
}

/** What nft takes for one port more. */
async function ruleChange(
  { directory }: Rig,
  { env, inNetwork }: NetworkPeers,
  { ports, runs }: Extent,
): Promise<Row> {
  const contenders: Contender[] = [];
  for (const count of [ports, 1]) {
    const table = `bench_${count}`;
    const published = Array.from({ length: count }, (_, index) => publishedPort(20_000 + index));
    const change = { ports: [publishedPort(8080)] };
    const texts = {
      all: formatRuleset({ networks: [], endpoints: [], ports: published }, table),
      add: formatChange({ add: change }, table),
      remove: formatChange({ remove: change }, table),
    };
    for (const [name, text] of Object.entries(texts)) {
      await Deno.writeTextFile(`${directory}/${table}-${name}`, text);
    }
    const nft = [...inNetwork, "nft", "-f"];
    await runOk([...nft, `${directory}/${table}-all`]);
    contenders.push({
      name: `${count} published`,
      command: [...nft, `${directory}/${table}-add`],
      prepare: [...nft, `${directory}/${table}-remove`].join(" "),
    });
  }
  const [many, one] = await compare(contenders, { runs, warmups: 1, env });
  await runOk([...inNetwork, "nft", "flush", "ruleset"]); // the bench's own network
  return growth(`change of the rules for one port, with ${ports} published`, many, one);
}

function publishedPort(hostPort: number): PortRules {
  return { protocol: "tcp", hostPort, reach: "lan", targets: [{ address: "172.20.0.2", port: 80 }] };
}

/** What a whole command takes that publishes one port more. */
async function publishing(
  { env, busybox, budgie, clear }: NetworkPeers,
  { ports, runs }: Extent,
): Promise<Row> {
  const measured = [];
  for (const count of [ports, 1]) {
    const range = count === 1 ? "20000" : `20000-${20_000 + count - 1}`;
    const flags = ["--stop-signal", "KILL", "--network", NETWORKS.budgie];
    await runOk([...budgie, "run", "-d", ...flags, "-p", `${range}:${range}`, busybox, ...IDLE], { env });
    const command = [...budgie, "run", "--rm", ...flags, "-p", "8080:80", busybox, "true"];
    measured.push(...await compare([{ name: `${count} published`, command }], { runs, warmups: 1, env }));
    await clear();
  }
  return growth(`\`run --rm -p 8080:80 IMAGE true\`, with ${ports} published`, measured[0], measured[1]);
}

function growth(what: string, many: { medianSeconds: number }, one: { medianSeconds: number }): Row {
  const milliseconds = [many, one].map(({ medianSeconds }) => (medianSeconds * 1000).toFixed(1));
  console.error(`${what}: ${milliseconds.join(" ms, with 1 ")} ms`);
  return {
    what,
    budgie: `${(many.medianSeconds / one.medianSeconds).toFixed(2)} × with 1`,
    aim: "1.2 × with 1",
  };
}
