/** `--ulimit`: bounds that the kernel keeps for each process. */
import { isHigherLimit, RLIMITS, UNLIMITED } from "../../oci/rlimits.ts";
import type { SpecRlimit } from "../../oci/runtime_spec.ts";
import { BudgieError, UsageError } from "../base/errors.ts";
import type { UlimitOption } from "../store/container.ts";
import type { HostFacts } from "./host_facts.ts";

/** For each of RLIMITS the line of /proc/self/limits that tells our own. */
const LIMIT_LINES: Record<string, string> = {
  as: "Max address space",
  core: "Max core file size",
  cpu: "Max cpu time",
  data: "Max data size",
  fsize: "Max file size",
  locks: "Max file locks",
  memlock: "Max locked memory",
  msgqueue: "Max msgqueue size",
  nice: "Max nice priority",
  nofile: "Max open files",
  nproc: "Max processes",
  rss: "Max resident set",
  rtprio: "Max realtime priority",
  rttime: "Max realtime timeout",
  sigpending: "Max pending signals",
  stack: "Max stack size",
};

/** linux/capability.h */
const CAP_SYS_RESOURCE = 24n;

/**
 * @param ownLimits the text of /proc/self/limits; a start that would fail is refused before anything is made
 * @throws UsageError, BudgieError when a hard limit is above ours and we may not raise it
 */
export function processRlimits(
  ulimits: readonly UlimitOption[],
  host: Pick<HostFacts, "capabilities">,
  ownLimits: () => string = () => Deno.readTextFileSync("/proc/self/limits"),
): SpecRlimit[] {
  const canRaise = (host.capabilities >> CAP_SYS_RESOURCE & 1n) === 1n;
  return ulimits.map(({ name, soft, hard }) => {
    const line = LIMIT_LINES[name];
    if (!line) {
      throw new UsageError(`Cannot set the limit '${name}': there is none of this name`, {
        hint: `There are ${RLIMITS.join(", ")}`,
      });
    }
    if (isHigherLimit(soft, hard)) {
      throw new UsageError(
        `Cannot set the limit ${name}=${soft}:${hard}: the soft limit is above the hard one`,
      );
    }
    if (!canRaise) checkOwn(name, hard, hardLimit(ownLimits(), line));
    return { type: `RLIMIT_${name.toUpperCase()}`, soft, hard };
  });
}

function checkOwn(name: string, wanted: number, own: number): void {
  if (!isHigherLimit(wanted, own)) return;
  throw new BudgieError(`Cannot set the limit ${name}=${wanted}: this host lets us have at most ${own}`, {
    hint: "Raising a hard limit needs the capability CAP_SYS_RESOURCE",
    exitCode: 125,
  });
}

function hardLimit(ownLimits: string, line: string): number {
  const value = ownLimits.split("\n").find((each) => each.startsWith(line))?.slice(line.length).trim().split(
    /\s+/,
  )[1];
  return value === undefined || value === "unlimited" ? UNLIMITED : Number(value);
}
