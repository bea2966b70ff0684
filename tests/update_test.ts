import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

const hostConfig = (host: Host, fields: string) =>
  host.ok([
    "inspect",
    "-f",
    fields.split(" ").map((field) => `{{.HostConfig.${field}}}`).join(" "),
    "web",
  ]);

/** What the kernel says, whichever version of cgroups it has. */
async function kernelLimits(host: Host) {
  const read = (...files: string[]) =>
    host.ok(["exec", "web", "sh", "-c", `cd /sys/fs/cgroup; cat ${files.join(" ")} 2>/dev/null || true`]);
  return {
    memory: await read("memory.max", "memory/memory.limit_in_bytes"),
    pids: await read("pids.max", "pids/pids.max"),
    quota: (await read("cpu.max", "cpu/cpu.cfs_quota_us")).split(" ")[0],
  };
}

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`update changes limits of a running container, and what is remembered (${runtime})`, async () => {
    await using host = await openHost({ runtime });
    await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
    assert.equal(
      await host.ok(["update", "-m", "64m", "--pids-limit", "50", "--cpus", "0.5", "web"]),
      "web",
    );
    assert.deepEqual(await kernelLimits(host), { memory: "67108864", pids: "50", quota: "50000" });
    assert.equal(await hostConfig(host, "Memory PidsLimit NanoCpus"), "67108864 50 500000000");
    await host.ok(["container", "update", "-m", "32m", "--pids-limit", "-1", "--cpu-quota", "20000", "web"]);
    const { memory, pids, quota } = await kernelLimits(host);
    assert.deepEqual([memory, quota], ["33554432", "20000"]);
    assert.ok(pids === "max" || Number(pids) >= 4_194_304, pids);
    assert.equal(await hostConfig(host, "Memory NanoCpus CpuQuota"), "33554432 0 20000");
  });

  Deno.test(`update that the runtime can't do changes nothing (${runtime})`, async () => {
    await using host = await openHost({ runtime });
    const script = "dd if=/dev/zero of=/dev/shm/big bs=1M count=40 && echo filled && exec sleep 1000";
    const run = ["--name", "web", "-m", "100m", "--pids-limit", "20", "busybox", "sh", "-c", script];
    await using _web = await runInBackground(host, run);
    while (await host.ok(["logs", "web"]).then((text) => !text.includes("filled"))) continue;
    // The kernel can't take away what is in use and can't be swapped out.
    const before = await kernelLimits(host);
    const refused = await host.budgie([
      "update",
      "-m",
      "8m",
      "--memory-swap",
      "8m",
      "--pids-limit",
      "30",
      "web",
    ]);
    assert.equal(refused.code, 1, show(refused));
    assert.match(refused.stderr, /^Error: Cannot update 'web': /);
    assert.deepEqual(await kernelLimits(host), before);
    assert.equal(await hostConfig(host, "Memory PidsLimit"), "104857600 20");
  });
}

Deno.test("update of a stopped container changes its next start", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "web", "-m", "64m", "busybox", "true"]);
  await host.ok(["update", "--memory-reservation", "32m", "--restart", "on-failure:3", "web"]);
  assert.equal(
    await hostConfig(host, "Memory MemoryReservation RestartPolicy.Name RestartPolicy.MaximumRetryCount"),
    "67108864 33554432 on-failure 3",
  );
});

Deno.test("update has the rules of run", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "web", "-m", "64m", "busybox", "true"]);
  for (
    const [flags, reason] of [
      [["-m", "1m"], /--memory 1048576: it needs at least 6m/],
      [["--memory-swap", "32m"], /--memory-swap/],
      [["--cpus", "1000"], /--cpus 1000/],
      [["-m", "0"], /Cannot update --memory to nothing/],
      [["--restart", "never"], /--restart 'never'/],
      [[], /Cannot update anything/],
    ] as const
  ) {
    const refused = await host.budgie(["update", ...flags, "web"]);
    assert.notEqual(refused.code, 0, show(refused));
    assert.match(refused.stderr, reason);
  }
  assert.equal(await hostConfig(host, "Memory MemorySwap"), "67108864 0");
  await using temporary = await runInBackground(host, ["--rm", "busybox", "sleep", "1000"]);
  const refused = await host.budgie(["update", "--restart", "always", temporary.id]);
  assert.match(refused.stderr, /it is removed when it ends \(--rm\)/);
});
