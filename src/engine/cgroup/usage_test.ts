import assert from "node:assert/strict";
import { readUsage } from "./usage.ts";

const PID = 42;
const HOST_MEMORY = 8 * 1024 ** 3;
const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 9999999     100    0    0    0     0          0         0  9999999     100    0    0    0     0       0          0
  eth0:    1500      10    0    0    0     0          0         0      700       7    0    0    0     0       0          0
  eth1:     500       1    0    0    0     0          0         0       50       1    0    0    0     0       0          0
`;

/** A machine's /proc and /sys with these files. */
function tree(files: Record<string, string>): string {
  const root = Deno.makeTempDirSync();
  for (const [path, text] of Object.entries(files)) {
    Deno.mkdirSync(`${root}${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    Deno.writeTextFileSync(`${root}${path}`, text);
  }
  return root;
}

function usageOf(files: Record<string, string>, options: { ownNetwork?: boolean } = {}) {
  const root = tree({ [`/proc/${PID}/net/dev`]: NET_DEV, ...files });
  try {
    return readUsage(PID, { hostMemoryBytes: HOST_MEMORY, ownNetwork: true, ...options, root });
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

const V2 = {
  [`/proc/${PID}/cgroup`]: "0::/budgie/abc\n",
  "/sys/fs/cgroup/cgroup.controllers": "cpu io memory pids\n",
  "/sys/fs/cgroup/budgie/abc/cpu.stat": "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n",
  "/sys/fs/cgroup/budgie/abc/memory.current": "10485760\n",
  "/sys/fs/cgroup/budgie/abc/memory.max": "67108864\n",
  "/sys/fs/cgroup/budgie/abc/memory.stat": "anon 4096\ninactive_anon 8192\ninactive_file 1048576\n",
  "/sys/fs/cgroup/budgie/abc/io.stat":
    "8:0 rbytes=4096 wbytes=100 rios=1 wios=1 dbytes=0 dios=0\n8:16 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=7 dios=1\n",
  "/sys/fs/cgroup/budgie/abc/pids.current": "3\n",
};

const V1 = {
  [`/proc/${PID}/cgroup`]: [
    "5:memory:/budgie/abc",
    "4:pids:/budgie/abc",
    "3:blkio:/budgie/abc",
    "2:cpu,cpuacct:/budgie/abc",
    "1:freezer:/budgie/abc",
    "",
  ].join("\n"),
  "/sys/fs/cgroup/cpu,cpuacct/budgie/abc/cpuacct.usage": "1500000000\n",
  "/sys/fs/cgroup/memory/budgie/abc/memory.usage_in_bytes": "10485760\n",
  "/sys/fs/cgroup/memory/budgie/abc/memory.limit_in_bytes": "9223372036854771712\n",
  "/sys/fs/cgroup/memory/budgie/abc/memory.stat": "inactive_file 5\ntotal_inactive_file 1048576\n",
  "/sys/fs/cgroup/blkio/budgie/abc/blkio.throttle.io_service_bytes_recursive":
    "8:0 Read 4096\n8:0 Write 100\n8:0 Sync 0\n8:0 Total 4196\n8:16 Read 1\n8:16 Write 2\nTotal 4199\n",
  "/sys/fs/cgroup/pids/budgie/abc/pids.current": "3\n",
  "/sys/fs/cgroup/freezer/budgie/abc/cgroup.procs": "42\n43\n",
  "/sys/fs/cgroup/freezer/budgie/abc/own/cgroup.procs": "44\n",
};

Deno.test("readUsage() reads cgroup v2", () => {
  const { atMs: _atMs, ...usage } = usageOf(V2);
  assert.deepEqual(usage, {
    cpuNanoseconds: 1_500_000_000,
    memoryBytes: 9 * 1024 ** 2,
    memoryLimitBytes: 64 * 1024 ** 2,
    network: { receivedBytes: 2000, sentBytes: 750 },
    block: { readBytes: 4097, writtenBytes: 102 },
    pids: 3,
  });
});

Deno.test("readUsage() reads cgroup v1; without a limit it is the host's memory", () => {
  const { atMs: _atMs, ...usage } = usageOf(V1);
  assert.deepEqual(usage, {
    cpuNanoseconds: 1_500_000_000,
    memoryBytes: 9 * 1024 ** 2,
    memoryLimitBytes: HOST_MEMORY,
    network: { receivedBytes: 2000, sentBytes: 750 },
    block: { readBytes: 4097, writtenBytes: 102 },
    pids: 3,
  });
});

Deno.test("readUsage() takes memory.max 'max' for the host's memory", () => {
  const usage = usageOf({ ...V2, "/sys/fs/cgroup/budgie/abc/memory.max": "max\n" });
  assert.equal(usage.memoryLimitBytes, HOST_MEMORY);
});

Deno.test("readUsage() counts processes itself without the pids controller, also those in sub-cgroups", () => {
  const { "/sys/fs/cgroup/pids/budgie/abc/pids.current": _, ...without } = V1;
  assert.equal(usageOf(without).pids, 3);
});

Deno.test("readUsage() counts no traffic of the host's network", () => {
  assert.deepEqual(usageOf(V2, { ownNetwork: false }).network, { receivedBytes: 0, sentBytes: 0 });
});

Deno.test("readUsage() of a process that has ended is nothing", () => {
  const usage = usageOf({ "/sys/fs/cgroup/cgroup.controllers": "cpu\n", [`/proc/${PID}/net/dev`]: "" });
  assert.equal(usage.cpuNanoseconds + usage.memoryBytes + usage.pids, 0);
});
