/** The processes of a container, as the host's ps(1) shows them. */
import { BudgieError } from "../../base/errors.ts";
import { cgroupProcesses } from "./cgroup_processes.ts";
import type { Engine } from "../engine.ts";
import { findContainer } from "../list.ts";
import { isUp } from "../view.ts";

/** Docker's, where the user says none. */
const DEFAULT_OPTIONS = ["-ef"];

export interface ProcessTable {
  titles: string[];
  /** as many cells as titles */
  rows: string[][];
}

/**
 * @param options of ps; they must leave the column PID in
 * @throws NotFoundError; BudgieError when it does not run, or ps can't do what it is asked
 */
export async function containerProcesses(
  engine: Engine,
  name: string,
  options: readonly string[],
): Promise<ProcessTable> {
  const view = findContainer(engine, name);
  if (!isUp(view)) {
    throw new BudgieError(`Cannot list the processes of '${name}': it is not running`, {
      hint: `It is ${view.status}; 'budgie ps' shows what runs`,
    });
  }
  const text = await runPs(options.length > 0 ? options : DEFAULT_OPTIONS);
  // After ps, which takes a while: what has ended meanwhile is not in the cgroup any more.
  return processesOf(cgroupProcesses(view.pid), text);
}

/**
 * The lines of ps that are about some processes, and with them those about their threads, which have '-' for a PID.
 * @param text with a line of titles, as ps prints it
 * @throws BudgieError without a column PID
 */
export function processesOf(pids: ReadonlySet<number>, text: string): ProcessTable {
  const [header, ...lines] = text.split("\n").filter((line) => line.trim() !== "");
  const titles = (header ?? "").trim().split(/\s+/);
  const column = titles.indexOf("PID");
  if (column === -1) {
    throw new BudgieError("Cannot tell the container's processes apart: ps printed no column PID", {
      hint: "Add it to the format: -o pid,comm",
    });
  }
  let isOurs = false;
  const rows = lines.map((line) => cellsOf(line, titles.length)).filter((cells) => {
    if (cells[column] !== "-") isOurs = pids.has(Number(cells[column]));
    return isOurs;
  });
  return { titles, rows };
}

/** The last column, a command line as a rule, has spaces. */
function cellsOf(line: string, columns: number): string[] {
  const words = line.trim().split(/\s+/);
  return [...words.slice(0, columns - 1), words.slice(columns - 1).join(" ")];
}

async function runPs(options: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await startPs(options);
  const text = new TextDecoder();
  if (success) return text.decode(stdout);
  const reason = text.decode(stderr).trim().split("\n")[0].replace(/^error: /, "");
  throw new BudgieError(`Cannot list processes with 'ps ${options.join(" ")}': ${reason}`, {
    hint: "The words after the container are options of the host's ps",
  });
}

async function startPs(options: readonly string[]): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command("ps", { args: [...options], stdin: "null" }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new BudgieError("Cannot list processes: 'ps' is not installed on this host", {
      hint: "Install it: apt-get install procps",
    });
  }
}
