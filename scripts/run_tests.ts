/**
 * Runs all checks and tests, one after the other whatever fails, and prints the sum (see scripts/test).
 *
 * A check counts as one test. The tests of a `deno test` run are counted from its JUnit report; a run
 * that ends badly without saying which test failed counts as one failure.
 */
import { ROOT } from "./root.ts";
import { hostRemains } from "./host_remains.ts";
import { countReport, type Counts } from "./junit.ts";

interface Step {
  name: string;
  /** arguments for the project's Deno */
  args: string[];
  /** tests that are counted one by one, instead of one check */
  counted?: boolean;
}

/** Far more than a step takes; it only ends what would hang for ever. */
const STEP_LIMIT_MS = 12 * 60_000;

// What `deno check` has seen once is not checked again.
const TEST = ["test", "-A", "--no-check"];

const STEPS: Step[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint"] },
  { name: "type check", args: ["check", "main.ts", "scripts", "src", "oci", "tests"] },
  { name: "reference pages are current", args: ["run", "-A", "scripts/bun_docs.ts", "--check"] },
  { name: "compile", args: ["run", "-A", "scripts/compile.ts"] },
  { name: "unit tests", args: [...TEST, "src", "oci", "scripts"], counted: true },
  { name: "whole program", args: [...TEST, "--parallel", "tests"], counted: true },
];

async function main(): Promise<number> {
  const before = await hostRemains();
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  for (const step of STEPS) {
    console.log(`\n=== ${step.name}`);
    const startedAt = performance.now();
    const counts = await runStep(step).catch(failedStep);
    if (counts.failed > 0) failures.push(step.name);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    console.log(
      `=== ${step.name}: ${summary(counts)} (${Math.round(performance.now() - startedAt) / 1000} s)`,
    );
  }

  const left = (await hostRemains()).filter((thing) => !before.includes(thing));
  if (left.length === 0) total.passed++;
  else {
    total.failed++;
    failures.push("nothing is left on the host");
    console.log(`\n=== left on the host:\n  ${left.join("\n  ")}`);
  }

  if (failures.length > 0) console.log(`\nfailed: ${failures.join(", ")}`);
  console.log(`\n${summary(total)}`);
  return total.failed === 0 ? 0 : 1;
}

function failedStep(error: unknown): Counts {
  console.error(error);
  return { passed: 0, failed: 1, skipped: 0 };
}

async function runStep({ args, counted }: Step): Promise<Counts> {
  const report = counted ? await Deno.makeTempFile({ prefix: "budgie-report-" }) : undefined;
  try {
    const [command, ...rest] = args;
    const { success } = await new Deno.Command(`${ROOT}/scripts/deno`, {
      args: report ? [command, `--junit-path=${report}`, ...rest] : args,
      cwd: ROOT,
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
      signal: AbortSignal.timeout(STEP_LIMIT_MS),
    }).spawn().status;
    if (!report) return { passed: success ? 1 : 0, failed: success ? 0 : 1, skipped: 0 };
    const counts = countReport(await Deno.readTextFile(report));
    const silent = !success && counts.failed === 0;
    const empty = counts.passed + counts.failed === 0;
    if (silent || empty) counts.failed++;
    return counts;
  } finally {
    if (report) await Deno.remove(report);
  }
}

function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

Deno.exitCode = await main().catch((error) => {
  console.error(error);
  console.log("0 passed, 1 failed");
  return 1;
});
