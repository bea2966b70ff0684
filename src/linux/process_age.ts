/** How long a process has lived, whatever the wall clock did meanwhile (proc(5): /proc/pid/stat, /proc/uptime). */
import { readTextIfThere } from "../base/optional_file.ts";

/** USER_HZ, in which the kernel tells times to user space: 100 on every architecture of ours. */
const TICKS_PER_SECOND = 100;
/** Of the fields behind the command's closing parenthesis: starttime, the 22nd of all. */
const START_TIME = 19;

/** When the process began, in milliseconds since the boot; undefined when there is none. */
export function processStartMs(pid: number): number | undefined {
  let stat: string | undefined;
  try {
    stat = readTextIfThere(`/proc/${pid}/stat`);
  } catch {
    return undefined; // ESRCH: it ended while we read
  }
  const ticks = Number(stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[START_TIME] ?? NaN);
  return Number.isNaN(ticks) ? undefined : ticks * 1000 / TICKS_PER_SECOND;
}

/** Milliseconds since the boot. */
export function uptimeMs(): number {
  return Number.parseFloat(Deno.readTextFileSync("/proc/uptime")) * 1000;
}
