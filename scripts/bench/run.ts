/**
 * `deno task bench:run`: budgie beside podman, skopeo with umoci, and an empty program, on the same images and
 * the same disk in one run. Writes its section of docs/benchmarks.md. Needs root and `scripts/setup --bench`.
 */
import { BUDGIE } from "../../tests/fixture/paths.ts";
import { runOk } from "../../tests/fixture/process.ts";
import type { Contender } from "./hyperfine.ts";
import { measure } from "./measure.ts";
import { openPeers, type Peers, RUNTIMES } from "./peers.ts";
import { type Row, writeSection } from "./report.ts";
import { type Image, openRig, type Rig } from "./rig.ts";

const MANY = 500;

await using rig = await openRig(["medium", "large"]);
const { env } = rig;
const rows: Row[] = [];
const empty: Contender = { name: "empty program", command: [rig.empty] };

rows.push(
  await measure({ what: "`version`", aim: "1.3 × the empty program" }, [
    { name: "budgie", command: [BUDGIE, "version"] },
    empty,
    { name: "podman", command: ["podman", "version"] },
  ], { env }),
);
// Both with runc, then both with crun, which budgie takes by itself where the host's cgroups allow it.
for (const runtime of RUNTIMES) {
  await using peers = await openPeers(rig, runtime);
  const words = ["run", "--rm", "--network", "none", peers.busybox, "true"];
  const row = { what: `\`run --rm --network none IMAGE true\`, ${runtime}`, aim: "0.5 × podman" };
  rows.push(
    await measure(row, [
      { name: "budgie", command: [...peers.budgie, ...words] },
      { name: "podman", command: [...peers.podman, ...words] },
      { name: "empty program", command: [...peers.prefix, rig.empty] },
    ], peers),
  );
}
{
  await using peers = await openPeers(rig);
  for (const count of [1, MANY]) {
    await fill(peers, count);
    const what = `\`ps -a\` with ${count} container${count === 1 ? "" : "s"} that ended`;
    rows.push(
      await measure({ what, aim: "1.3 × the empty program" }, [
        { name: "budgie", command: [BUDGIE, "ps", "-a"] },
        empty,
        { name: "podman", command: ["podman", "ps", "-a"] },
      ], { env }),
    );
  }
  // What a shell asks for at each tab.
  const [name] = (await runOk([BUDGIE, "ps", "-a", "--format", "{{.Names}}"], { env })).split("\n");
  rows.push(
    await measure({ what: `completing a container's name, of ${MANY}`, aim: "1.5 × the empty program" }, [
      { name: "budgie", command: [BUDGIE, "__complete", "inspect", name] },
      empty,
    ], { env }),
  );
}
// Each pull is prepared; a warm-up would only be one more.
const medium = { what: "cold pull, 100 MB in 2,000 files", aim: "1 × podman" };
rows.push(await measure(medium, pulls(rig, "medium"), { env, runs: 5, warmups: 0 }));
const large = { what: "cold pull, 400 MB in 20,000 files, 4 layers", aim: "1 × podman" };
rows.push(await measure(large, pulls(rig, "large"), { env, runs: 3, warmups: 0 }));
await writeSection("run", rows);

/** Ended containers, the same number for both. */
async function fill({ env, budgie, podman, busybox }: Peers, count: number): Promise<void> {
  const existing = (await runOk([...budgie, "ps", "-aq"], { env })).split("\n").length - 1;
  for (let i = existing; i < count; i++) {
    await runOk([...budgie, "run", "--network", "none", busybox, "true"], { env });
    await runOk([...podman, "create", "-q", "--network", "none", busybox, "true"], { env });
  }
}

/** Each starts without the image, and with what was deleted and written before settled on the disk. */
function pulls({ directory, registry }: Rig, image: Image): Contender[] {
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
