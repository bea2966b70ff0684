/**
 * `deno task bench:run`: budgie beside podman, skopeo with umoci, and an empty program, on the same images and
 * the same disk in one run. Writes docs/benchmarks.md. Needs root and `scripts/setup --bench`.
 */
import { crunNamespace } from "../../tests/fixture/crun.ts";
import { run as runProgram, runOk } from "../../tests/fixture/process.ts";
import { ROOT } from "../root.ts";
import { compare, type Contender, type Measured } from "./hyperfine.ts";
import { openRig, type Rig } from "./rig.ts";
import { type Row, writeReport } from "./report.ts";

const BUDGIE = `${ROOT}/dist/budgie`;
const MANY = 500;

await using rig = await openRig();
const rows: Row[] = [];

async function measure(
  what: string,
  aim: string,
  contenders: Contender[],
  { runs = 20, env = rig.env } = {},
): Promise<void> {
  // Pulls are prepared before each run; a warm-up would only be one pull more.
  const warmups = contenders.some(({ prepare }) => prepare) ? 0 : 3;
  const measured: Measured[] = await compare(contenders, { runs, warmups, env });
  rows.push({ what, aim, measured });
  console.error(
    what,
    measured.map(({ name, medianSeconds }) => `${name} ${Math.round(medianSeconds * 1000)} ms`).join(", "),
  );
}

const empty: Contender = { name: "empty program", command: [rig.empty] };
const busybox = `${rig.registry.address}/busybox:latest`;
await runOk([BUDGIE, "pull", "-q", busybox], { env: rig.env });
await runOk(["podman", "pull", "-q", busybox], { env: rig.env });

await measure("`version`", "1.3 × the empty program", [
  { name: "budgie", command: [BUDGIE, "version"] },
  empty,
  { name: "podman", command: ["podman", "version"] },
]);
{
  // Both with runc, then both with crun, which budgie takes by itself where the host's cgroups allow it.
  await using crun = await crunNamespace();
  for (const [runtime, prefix] of [["runc", []], ["crun", crun.prefix]] as const) {
    const words = ["run", "--rm", "--network", "none", busybox, "true"];
    await measure(`\`run --rm --network none IMAGE true\`, ${runtime}`, "0.5 × podman", [
      { name: "budgie", command: [...prefix, BUDGIE, ...words] },
      { name: "podman", command: [...prefix, "podman", "--runtime", runtime, ...words] },
      { name: "empty program", command: [...prefix, rig.empty] },
    ], { env: { ...rig.env, BUDGIE_RUNTIME: runtime } });
  }
}
for (const count of [1, MANY]) {
  await fill(rig, count);
  await measure(`\`ps -a\` with ${count} container${count === 1 ? "" : "s"}`, "1.3 × the empty program", [
    { name: "budgie", command: [BUDGIE, "ps", "-a"] },
    empty,
    { name: "podman", command: ["podman", "ps", "-a"] },
  ]);
}
await emptyBoth(rig);
await measure("cold pull, 100 MB in 2,000 files", "1 × podman", pulls(rig, "medium"), { runs: 5 });
await measure("cold pull, 400 MB in 20,000 files, 4 layers", "1 × podman", pulls(rig, "large"), { runs: 3 });
await writeReport(`${ROOT}/docs/benchmarks.md`, rows);

/** Ended containers, the same number for both. */
async function fill({ env }: Rig, count: number): Promise<void> {
  const existing = Number(await runOk(["sh", "-c", `${BUDGIE} ps -aq | wc -l`], { env }));
  for (let i = existing; i < count; i++) {
    await runOk([BUDGIE, "run", "--network", "none", busybox, "true"], { env });
    await runOk(["podman", "create", "-q", "--network", "none", busybox, "true"], { env });
  }
}

async function emptyBoth({ env }: Rig): Promise<void> {
  await runOk(["sh", "-c", `${BUDGIE} ps -aq | xargs ${BUDGIE} rm -f >/dev/null`], {
    env,
    timeoutMs: 300_000,
  });
  await runProgram(["podman", "rm", "-af", "-t", "0"], { env, timeoutMs: 300_000 });
}

/** Each starts without the image, and with what was deleted and written before settled on the disk. */
function pulls({ directory, registry }: Rig, image: string): Contender[] {
  const reference = `${registry.address}/${image}:latest`;
  const skopeo =
    `skopeo --insecure-policy copy -q --src-tls-verify=false docker://${reference} oci:${directory}/umoci/image:latest`;
  return [
    {
      name: "budgie",
      command: [BUDGIE, "pull", "-q", reference],
      prepare: `${BUDGIE} rmi -f ${reference} >/dev/null 2>&1; rm -rf ${directory}/budgie/tmp/*; sync`,
    },
    {
      name: "podman",
      command: ["podman", "pull", "-q", reference],
      prepare: `podman rmi -f ${reference} >/dev/null 2>&1; sync`,
    },
    {
      name: "skopeo + umoci",
      command: [
        "sh",
        "-c",
        `'${skopeo} && umoci unpack --image ${directory}/umoci/image:latest ${directory}/umoci/bundle'`,
      ],
      prepare: `rm -rf ${directory}/umoci; mkdir ${directory}/umoci; sync`,
    },
  ];
}
