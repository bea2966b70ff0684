/** Measures commands against each other with hyperfine. */
import { runOk } from "../../tests/fixture/process.ts";

export interface Contender {
  name: string;
  command: string[];
  /** for `sh -c`, before each run and not measured */
  prepare?: string;
}

export interface Measured {
  name: string;
  medianSeconds: number;
}

/** The medians, in the order of the contenders. */
export async function compare(
  contenders: Contender[],
  options: { runs: number; warmups: number; env: Record<string, string> },
): Promise<Measured[]> {
  const report = await Deno.makeTempFile({ prefix: "budgie-bench-" });
  try {
    // Shown, what a command complains of stands in the error when it fails.
    const args = [
      "--shell=none",
      "--show-output",
      `--runs=${options.runs}`,
      `--warmup=${options.warmups}`,
    ];
    for (const { prepare } of contenders) if (prepare) args.push("--prepare", `sh -c '${prepare}'`);
    const commands = contenders.map(({ command }) => command.join(" "));
    await runOk(["hyperfine", ...args, "--export-json", report, ...commands], {
      env: options.env,
      timeoutMs: 20 * 60_000,
    });
    const { results } = JSON.parse(await Deno.readTextFile(report)) as { results: { median: number }[] };
    return results.map(({ median }, i) => ({ name: contenders[i].name, medianSeconds: median }));
  } finally {
    await Deno.remove(report);
  }
}
