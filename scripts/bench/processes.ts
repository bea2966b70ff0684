/** What processes use, as the kernel tells. */

/** USER_HZ of every Linux that Deno runs on: times in /proc come in hundredths of a second (time(7)). */
const TICKS_PER_SECOND = 100;

/** Processor time so far, in user and kernel mode, without children's. Source: proc(5), /proc/pid/stat. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The program's name may hold spaces; behind it field 3 is the first, utime is 14 and stime 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Memory of its own, and its part of what it shares. Source: proc(5), /proc/pid/smaps_rollup. */
export async function pssBytes(pid: number): Promise<number> {
  return await kibibytes(`/proc/${pid}/smaps_rollup`, "Pss");
}

/** Source: proc(5), /proc/pid/status. */
export async function residentBytes(pid: number): Promise<number> {
  return await kibibytes(`/proc/${pid}/status`, "VmRSS");
}

async function kibibytes(file: string, name: string): Promise<number> {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(await Deno.readTextFile(file));
  if (!line) throw new Error(`Cannot read '${name}' in ${file}`);
  return Number(line[1]) * 1024;
}

/** The sum of what `measure` says of each. */
export async function sumOf(
  pids: readonly number[],
  measure: (pid: number) => Promise<number>,
): Promise<number> {
  const values = await Promise.all(pids.map(measure));
  return values.reduce((sum, value) => sum + value, 0);
}
