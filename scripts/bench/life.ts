/**
 * `deno task bench:life [--minutes N] [PART...]`: budgie's daily life with containers in the background, beside
 * podman's where it has the like. Each part writes its section of docs/benchmarks.md; all of them where none is
 * named. Needs root and `scripts/setup --bench`.
 */
import { parseArgs } from "node:util";
import { lifeCommands } from "./life_commands.ts";
import { lifeLogs } from "./life_logs.ts";
import { lifeMemory } from "./life_memory.ts";
import { lifeIdle, lifeSoak } from "./life_soak.ts";
import { type Row, writeSection } from "./report.ts";
import { openRig, type Rig } from "./rig.ts";

const { values, positionals } = parseArgs({
  options: { minutes: { type: "string", default: "10" } },
  allowPositionals: true,
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`Cannot use --minutes ${values.minutes}: it is a number above 0`);

const PARTS: Record<string, (rig: Rig) => Promise<Row[]>> = {
  commands: lifeCommands,
  logs: lifeLogs,
  memory: lifeMemory,
  idle: lifeIdle,
  soak: (rig) => lifeSoak(rig, minutes),
};
const unknown = positionals.find((name) => !(name in PARTS));
if (unknown) throw new Error(`Cannot measure '${unknown}': the parts are ${Object.keys(PARTS).join(", ")}`);

await using rig = await openRig();
for (const [name, measurePart] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  await writeSection(name, await measurePart(rig));
}
