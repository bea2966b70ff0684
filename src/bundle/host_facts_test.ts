import assert from "node:assert/strict";
import { apparmorIsEnabled, hostFacts } from "./host_facts.ts";

/** A tree of files as /proc and /sys have them; no kernel with these settings is needed. */
class FakeHost implements Disposable {
  readonly root: string = Deno.makeTempDirSync();

  constructor(files: Record<string, string>) {
    for (const [path, text] of Object.entries(files)) {
      Deno.mkdirSync(`${this.root}${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(`${this.root}${path}`, text);
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}

function controllers(host: FakeHost): string[] {
  return [...hostFacts(host.root).cgroup.controllers].sort();
}

Deno.test("a cgroup v2 host has the controllers of its root group", () => {
  using host = new FakeHost({
    "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
    "/proc/swaps": "",
  });
  assert.equal(hostFacts(host.root).cgroup.version, 2);
  assert.deepEqual(controllers(host), [
    "blkio.weight",
    "cpu",
    "cpuset",
    "io",
    "memory",
    "memory.swap",
    "pids",
  ]);
});

Deno.test("a Raspberry Pi OS host has no memory controller", () => {
  using host = new FakeHost({
    "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n",
    "/proc/swaps": "",
  });
  assert.deepEqual(controllers(host), ["blkio.weight", "cpu", "cpuset", "io", "pids"]);
});

Deno.test("a cgroup v1 host has the controllers that are enabled and mounted", () => {
  using host = new FakeHost({
    "/proc/cgroups":
      "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t1\t1\nmemory\t4\t1\t0\npids\t0\t1\t1\nblkio\t7\t1\t1\n",
    "/sys/fs/cgroup/blkio/blkio.weight": "",
  });
  assert.equal(hostFacts(host.root).cgroup.version, 1);
  assert.deepEqual(controllers(host), ["blkio", "blkio.weight", "cpu"]);
});

Deno.test("kernel version, capabilities and OOM score are read", () => {
  using host = new FakeHost({
    "/proc/sys/kernel/osrelease": "6.12.34+rpt-rpi-v8\n",
    "/proc/self/status": "Name:\tx\nCapEff:\t0000000001000000\n",
    "/proc/self/oom_score_adj": "-500\n",
    "/sys/module/apparmor/parameters/enabled": "Y\n",
  });
  const { kernel, capabilities, oomScoreAdj } = hostFacts(host.root);
  assert.deepEqual([kernel, capabilities, oomScoreAdj, apparmorIsEnabled(host.root)], [
    { major: 6, minor: 12 },
    1n << 24n,
    -500,
    true,
  ]);
});

Deno.test("this machine has a kernel and capabilities", () => {
  const { kernel, capabilities } = hostFacts();
  assert.ok(kernel.major >= 5);
  assert.notEqual(capabilities, 0n);
});
