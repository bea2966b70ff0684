/**
 * `deno task bench:net [--smoke] [PART...]`: containers in networks and published ports, beside podman with netavark.
 * Each part writes its section of docs/benchmarks.md; all of them where none is named. With --smoke the numbers are
 * small and nothing is written. Needs root and `scripts/setup --bench`.
 */
import { parseArgs } from "node:util";
import { netCommands } from "./net_commands.ts";
import { netScale } from "./net_scale.ts";
import { netTraffic } from "./net_traffic.ts";
import { type Row, writeSection } from "./report.ts";
import { openRig, type Rig } from "./rig.ts";

/** How much is measured. */
export interface Extent {
  /** of each command */
  runs: number;
  containers: number;
  ports: number;
  /** of each round of requests */
  seconds: number;
}

const FULL: Extent = { runs: 20, containers: 100, ports: 500, seconds: 10 };
const SMOKE: Extent = { runs: 2, containers: 3, ports: 20, seconds: 1 };

const PARTS: Record<string, (rig: Rig, extent: Extent) => Promise<Row[]>> = {
  "net-commands": netCommands,
  "net-traffic": netTraffic,
  "net-scale": netScale,
};

const { values, positionals } = parseArgs({
  options: { smoke: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !(name in PARTS));
if (unknown) throw new Error(`Cannot measure '${unknown}': the parts are ${Object.keys(PARTS).join(", ")}`);

await using rig = await openRig();
for (const [name, measurePart] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const rows = await measurePart(rig, values.smoke ? SMOKE : FULL);
  if (values.smoke) console.error(rows);
  else await writeSection(name, rows);
}
