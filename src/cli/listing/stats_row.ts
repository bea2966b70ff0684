/** What a container uses, as one row of `stats`: the fields that `--format` can name, in docker's words. */
import { formatBinarySize, formatDecimalSize } from "../../base/units.ts";
import type { ContainerView } from "../../engine/view.ts";
import type { Usage } from "../../engine/cgroup/usage.ts";

const SHORT_ID = 12;

/** Titles of the columns, and of every field in `--format 'table …'`. */
export const STATS_HEADERS = {
  Container: "CONTAINER",
  ID: "CONTAINER ID",
  Name: "NAME",
  CPUPerc: "CPU %",
  MemUsage: "MEM USAGE / LIMIT",
  MemPerc: "MEM %",
  NetIO: "NET I/O",
  BlockIO: "BLOCK I/O",
  PIDs: "PIDS",
};

/** Two looks at a container; of one that does not run there are none. */
export interface StatsSamples {
  view: ContainerView;
  before?: Usage;
  now?: Usage;
}

export function statsRow(
  { view: { record }, before, now }: StatsSamples,
  { truncate }: { truncate: boolean },
) {
  const id = truncate ? record.id.slice(0, SHORT_ID) : record.id;
  const { memoryBytes = 0, memoryLimitBytes = 0, network, block, pids = 0 } = now ?? {};
  return {
    Container: id,
    ID: id,
    Name: record.name,
    CPUPerc: percent(before && now ? cpuShare(before, now) : 0),
    MemUsage: `${formatBinarySize(memoryBytes)} / ${formatBinarySize(memoryLimitBytes)}`,
    MemPerc: percent(memoryLimitBytes > 0 ? memoryBytes / memoryLimitBytes : 0),
    NetIO: pair(network?.receivedBytes, network?.sentBytes),
    BlockIO: pair(block?.readBytes, block?.writtenBytes),
    PIDs: String(pids),
  };
}

/** 1 is one whole CPU. One that was started again between the looks counts from 0. */
function cpuShare(before: Usage, now: Usage): number {
  const elapsedMs = now.atMs - before.atMs;
  const used = now.cpuNanoseconds - before.cpuNanoseconds;
  return elapsedMs > 0 && used > 0 ? used / 1e6 / elapsedMs : 0;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

function pair(first = 0, second = 0): string {
  return `${formatDecimalSize(first)} / ${formatDecimalSize(second)}`;
}
