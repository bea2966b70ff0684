/** docs/benchmarks.md: ratios, because milliseconds belong to one machine. */
import { runOk } from "../../tests/fixture/process.ts";
import type { Measured } from "./hyperfine.ts";

export interface Row {
  what: string;
  aim: string;
  /** budgie first */
  measured: Measured[];
}

export async function writeReport(path: string, rows: Row[]): Promise<void> {
  const machine = `${navigator.hardwareConcurrency} CPUs, Linux ${Deno.osRelease()}, ${Deno.build.arch}`;
  await Deno.writeTextFile(path, renderReport(rows, machine));
  await runOk([Deno.execPath(), "fmt", "--quiet", path]);
}

/** Pure: the same rows give the same page. */
export function renderReport(rows: Row[], machine: string): string {
  const lines = rows.map(({ what, aim, measured: [own, ...others] }) => {
    const ratios = others.map(({ name, medianSeconds }) =>
      `${(own.medianSeconds / medianSeconds).toFixed(2)} × ${name}`
    );
    return `| ${what} | ${ratios.join(", ")} | ${aim} |`;
  });
  return `# Benchmarks

What budgie takes in comparison, as ratios of median wall times: 0.5 × means half the time. Less is better. Made
by one command, which writes this page; the programs take turns on the same images, the same runtime and the
same disk, a fresh ext4 with a journal:

\`\`\`sh
./scripts/setup --bench
./scripts/deno task compile
./scripts/deno task bench:run
\`\`\`

This run: ${machine}.

| what | budgie takes | aim: at most |
| --- | --- | --- |
${lines.join("\n")}

"Empty program" is a Deno program without a line of code, compiled the same way: nothing written in Deno starts
faster. A cold pull ends with the image unpacked and, for budgie, synced to the disk. skopeo and umoci fetch into
an OCI layout and unpack one bundle.
`;
}
