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
  /** the step's tests are counted one by one; each list of files and folders is a process of its own, side by side */
  tests?: string[][];
}

/** Far more than a step takes; it only ends what would hang for ever. */
const STEP_LIMIT_MS = 60 * 60_000;

// What `deno check` has seen once is not checked again.
const TEST = ["test", "-A", "--no-check"];

// Side by side as two processes: some of these tests count the descriptors of theirs, which `--parallel` would make one
// for all of them.
const SLOW_FOLDERS = ["src/linux", "src/network"];
const OTHER_FOLDERS = Array.from(Deno.readDirSync(`${ROOT}/src`), ({ name }) => `src/${name}`)
  .filter((folder) => !SLOW_FOLDERS.includes(folder));

const STEPS: Step[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint"] },
  { name: "type check", args: ["check", "main.ts", "scripts", "src", "oci", "tests"] },
  { name: "reference pages are current", args: ["run", "-A", "scripts/docs.ts", "--check"] },
  { name: "compile", args: ["run", "-A", "scripts/compile.ts"] },
  { name: "unit tests", args: TEST, tests: [SLOW_FOLDERS, [...OTHER_FOLDERS, "oci", "scripts"]] },
  { name: "whole program", args: [...TEST, "--parallel"], tests: [["tests"]] },
];

async function main(): Promise<number> {
  const before = await hostRemains();
  let total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  for (const step of STEPS) {
    console.log(`\n=== ${step.name}`);
    const startedAt = performance.now();
    const counts = await runStep(step).catch(failedStep);
    if (counts.failed > 0) failures.push(step.name);
    total = added(total, counts);
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

async function runStep({ args, tests }: Step): Promise<Counts> {
  if (!tests) {
    const success = await runDeno(args);
    return { passed: success ? 1 : 0, failed: success ? 0 : 1, skipped: 0 };
  }
  const all = await Promise.all(tests.map((files) => runTests(args, files)));
  return all.reduce(added);
}

async function runTests([command, ...options]: string[], files: string[]): Promise<Counts> {
  const report = await Deno.makeTempFile({ prefix: "budgie-report-" });
  try {
    const success = await runDeno([command, `--junit-path=${report}`, ...options, ...files]);
    const counts = countReport(await Deno.readTextFile(report));
    const silent = !success && counts.failed === 0;
    const empty = counts.passed + counts.failed === 0;
    return silent || empty ? { ...counts, failed: counts.failed + 1 } : counts;
  } finally {
    await Deno.remove(report);
  }
}

async function runDeno(args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(`${ROOT}/scripts/deno`, {
    args,
    cwd: ROOT,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
    signal: AbortSignal.timeout(STEP_LIMIT_MS),
  }).spawn().status;
  return success;
}

function added(left: Counts, right: Counts): Counts {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

Deno.exitCode = await main().catch((error) => {
  console.error(error);
  console.log("0 passed, 1 failed");
  return 1;
});
