/**
 * docs/benchmarks.md: each measurement owns a section of the page, between two comments, and leaves the others as
 * they are. Ratios, because milliseconds belong to one machine.
 */
import { runOk } from "../../tests/fixture/process.ts";
import { ROOT } from "../root.ts";
import type { Measured } from "./hyperfine.ts";

const PAGE = `${ROOT}/docs/benchmarks.md`;

export interface Row {
  what: string;
  /** in words, as it stands in the table */
  budgie: string;
  aim: string;
}

/** Replaces one section of the page. @param name as in `<!-- bench:<name> -->` */
export async function writeSection(name: string, rows: readonly Row[]): Promise<void> {
  const page = await Deno.readTextFile(PAGE);
  await Deno.writeTextFile(PAGE, replaceSection(page, name, renderTable(rows, machine())));
  await runOk([Deno.execPath(), "fmt", "--quiet", PAGE]);
}

/** Medians as ratios to the others'. @param measured budgie first */
export function ratios([own, ...others]: readonly Measured[]): string {
  return others.map(({ name, medianSeconds }) =>
    `${(own.medianSeconds / medianSeconds).toFixed(2)} × ${name}`
  ).join(", ");
}

/** Pure: the same rows give the same table. */
export function renderTable(rows: readonly Row[], machine: string): string {
  const lines = rows.map(({ what, budgie, aim }) => `| ${what} | ${budgie} | ${aim} |`);
  return `This run: ${machine}.\n\n| what | budgie | aim: at most |\n| --- | --- | --- |\n${
    lines.join("\n")
  }`;
}

/** Pure. @throws Error when the page has no such section */
export function replaceSection(page: string, name: string, body: string): string {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- end of bench:${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`Cannot write section '${name}': the page has no '${begin}'`);
  return `${page.slice(0, from + begin.length)}\n\n${body}\n\n${page.slice(to)}`;
}

function machine(): string {
  return `${navigator.hardwareConcurrency} CPUs, Linux ${Deno.osRelease()}, ${Deno.build.arch}`;
}
