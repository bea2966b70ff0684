/** Whole bundles, run by real runtimes: what the process in the container sees. */
import assert from "node:assert/strict";
import { mount, unmount } from "../linux/mount.ts";
import type { ContainerOptions, MountOption } from "../store/container.ts";
import { TestContainer } from "./testing/container.ts";

/** What a shell script in a container prints; it must succeed and be silent on standard error. */
async function sh(
  script: string,
  options: Partial<ContainerOptions> = {},
  runtime: "runc" | "crun" = "runc",
): Promise<string> {
  using container = new TestContainer();
  return await shIn(container, script, options, runtime);
}

async function shIn(
  container: TestContainer,
  script: string,
  options: Partial<ContainerOptions> = {},
  runtime: "runc" | "crun" = "runc",
): Promise<string> {
  const { code, stdout, stderr } = await container.run(["sh", "-c", script], options, runtime);
  assert.equal(stderr, "");
  assert.equal(code, 0);
  return stdout.trimEnd();
}

function capabilities(...numbers: number[]): string {
  return numbers.reduce((sum, number) => sum | 1n << BigInt(number), 0n).toString(16).padStart(16, "0");
}

/** CAP_CHOWN 0 … CAP_SETFCAP 31 of docker's default set (linux/capability.h). */
const DEFAULT_CAPABILITIES = [0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31];
const CAP_NET_ADMIN = 12;

for (const runtime of ["runc", "crun"] as const) {
  const run = (script: string, options: Partial<ContainerOptions> = {}) => sh(script, options, runtime);

  Deno.test(`${runtime}: the exit code is the process's`, async () => {
    using container = new TestContainer();
    assert.equal((await container.run(["sh", "-c", "exit 7"], {}, runtime)).code, 7);
  });

  Deno.test(`${runtime}: the process has user, groups and home of the image's own files`, async () => {
    assert.equal(await run("id; echo $HOME"), "uid=0(root) gid=0(root) groups=0(root)\n/root");
    assert.equal(await run("id", { user: "app" }), "uid=7(app) gid=8(app) groups=8(app),9(extra)");
    assert.equal(await run("id; echo $HOME", { user: "55:9" }), "uid=55 gid=9(extra) groups=9(extra)\n/");
    assert.equal(await run("id -G", { user: "app", groupAdd: ["77"] }), "8 9 77");
  });

  Deno.test(`${runtime}: root has docker's capabilities, another user none in effect`, async () => {
    const grep = "grep -E 'Cap(Inh|Prm|Eff|Bnd|Amb)' /proc/self/status | sed 's/.*\t//'";
    const all = capabilities(...DEFAULT_CAPABILITIES);
    const none = capabilities();
    assert.deepEqual((await run(grep)).split("\n"), [none, all, all, all, none]);
    assert.deepEqual((await run(grep, { user: "7" })).split("\n"), [none, none, none, all, none]);
  });

  Deno.test(`${runtime}: capabilities are added and dropped`, async () => {
    const bounding = (options: Partial<ContainerOptions>) =>
      run("grep CapBnd /proc/self/status | cut -f 2", options);
    const more = await bounding({ capAdd: ["net_admin"], capDrop: ["CAP_CHOWN"] });
    assert.equal(more, capabilities(...DEFAULT_CAPABILITIES.filter((number) => number !== 0), CAP_NET_ADMIN));
    assert.equal(await bounding({ capDrop: ["all"] }), capabilities());
    assert.equal(await bounding({ capDrop: ["ALL"], capAdd: ["NET_ADMIN"] }), capabilities(CAP_NET_ADMIN));
  });

  Deno.test(`${runtime}: environment, working directory and hostname`, async () => {
    const options = {
      environment: ["A=1", "PATH=/bin", "HOME=/elsewhere"],
      workdir: "/made/here",
      hostname: "bird",
    };
    assert.equal(
      await run("pwd; hostname; env | sort", options),
      [
        "/made/here",
        "bird",
        ...["A=1", "HOME=/elsewhere", "HOSTNAME=bird", "PATH=/bin", "PWD=/made/here", "SHLVL=1"],
      ].join("\n"),
    );
  });

  Deno.test(`${runtime}: no-new-privileges is set on request only`, async () => {
    const flag = "grep NoNewPrivs /proc/self/status | cut -f 2";
    assert.equal(await run(flag), "0");
    assert.equal(await run(flag, { securityOpt: ["no-new-privileges"] }), "1");
  });

  Deno.test(`${runtime}: the kernel's files are hidden and read-only, unless system paths are unconfined`, async () => {
    const script =
      "wc -c </proc/interrupts; (echo 1 >/proc/sys/vm/drop_caches) 2>/dev/null || echo read-only";
    assert.equal(await run(script), "0\nread-only");
    assert.equal(
      await run("grep -c ' /proc/' /proc/self/mounts; true", { securityOpt: ["systempaths=unconfined"] }),
      "0",
    );
  });

  Deno.test(`${runtime}: a read-only rootfs can't be written, its tmpfs and /dev/shm can`, async () => {
    const tmpfs: MountOption = {
      type: "tmpfs",
      source: "",
      target: "/scratch",
      readOnly: false,
      sizeBytes: 4096 * 16,
      mode: 0o700,
    };
    const script = "touch /x 2>/dev/null || echo refused; touch /scratch/x /dev/shm/x; stat -c %a /scratch;" +
      "grep ' /scratch ' /proc/self/mounts | cut -d ' ' -f 3,4";
    const [refused, mode, mount] = (await run(script, { readOnly: true, mounts: [tmpfs] })).split("\n");
    assert.equal(refused, "refused");
    assert.equal(mode, "700");
    assert.match(mount, /^tmpfs rw,nosuid,nodev,noexec,.*size=64k,mode=700/);
  });

  Deno.test(`${runtime}: /dev/shm has the size that was asked for`, async () => {
    const script = "grep ' /dev/shm ' /proc/self/mounts | cut -d ' ' -f 4";
    assert.match(await run(script), /size=65536k/);
    assert.match(await run(script, { shmSizeBytes: 1024 ** 2 }), /size=1024k/);
  });

  Deno.test(`${runtime}: ulimits`, async () => {
    const ulimits = [{ name: "nofile", soft: 100, hard: 200 }, { name: "core", soft: 0, hard: -1 }];
    assert.equal(
      await run("ulimit -Sn; ulimit -Hn; ulimit -Sc; ulimit -Hc", { ulimits }),
      "100\n200\n0\nunlimited",
    );
  });

  Deno.test(`${runtime}: sysctls of the container's own namespaces`, async () => {
    const sysctls = { "net.ipv4.ip_forward": "1", "kernel.msgmax": "4096" };
    const script =
      "cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_unprivileged_port_start";
    assert.equal(await run(script, { sysctls }), "1\n4096\n0");
  });

  Deno.test(`${runtime}: a device can be used as its permissions say`, async () => {
    const device = { hostPath: "/dev/kmsg", containerPath: "/dev/mine" };
    const openForWriting = "(: >/dev/mine) 2>&1 | grep -o 'Operation not permitted'; stat -c %t,%T /dev/mine";
    assert.equal(await run(openForWriting, { devices: [{ ...device, permissions: "w" }] }), "1,b");
    const refused = await run(openForWriting, { devices: [{ ...device, permissions: "r" }] });
    assert.equal(refused, "Operation not permitted\n1,b");
  });

  Deno.test(`${runtime}: privileged means every capability, no filter, nothing hidden, the host's devices`, async () => {
    const held = /CapEff:\t(\w+)/.exec(Deno.readTextFileSync("/proc/self/status"))![1];
    const script = "grep CapBnd /proc/self/status | cut -f 2; grep Seccomp: /proc/self/status | cut -f 2;" +
      "grep -c ' /proc/' /proc/self/mounts; grep ' /sys ' /proc/self/mounts | cut -d ' ' -f 4 | cut -c -2; test -c /dev/kmsg && echo kmsg";
    const [bounding, seccomp, masks, sys, kmsg] = (await run(script, { privileged: true })).split("\n");
    assert.equal(bounding, held);
    assert.deepEqual([seccomp, masks, sys, kmsg], ["0", "0", "rw", "kmsg"]);
  });

  Deno.test(`${runtime}: no descriptor but the three standard ones is open in the container`, async () => {
    assert.equal(await run("ls /proc/1/fd; true"), "0\n1\n2");
  });

  Deno.test(`${runtime}: the network has nothing but loopback, or is the host's`, async () => {
    const host = [...Deno.readDirSync("/sys/class/net")].map(({ name }) => name).sort().join("\n");
    assert.equal(await run("ls /sys/class/net", { network: "none" }), "lo");
    assert.equal(
      await run("ls /sys/class/net; hostname", { network: "host" }),
      `${host}\n${Deno.hostname()}`,
    );
  });

  Deno.test(`${runtime}: limits reach the cgroup`, async () => {
    const resources = { memoryBytes: 64 * 1024 ** 2, pidsLimit: 20, nanoCpus: 500_000_000, cpuShares: 512 };
    const script =
      "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes pids/pids.max " +
      "cpu/cpu.cfs_quota_us cpu/cpu.shares 2>/dev/null || cat memory.max memory.swap.max pids.max cpu.max cpu.weight";
    const v1 = ["67108864", "134217728", "20", "50000", "512"];
    const v2 = ["67108864", "67108864", "20", "50000 100000", "20"];
    const version = (await import("./host_facts.ts")).hostFacts().cgroup.version;
    assert.deepEqual((await run(script, { resources })).split("\n"), version === 1 ? v1 : v2);
  });

  Deno.test(`${runtime}: a read-only mount is read-only, also in what is mounted below it`, async () => {
    using container = new TestContainer();
    const source = `${container.folder}/source`;
    Deno.mkdirSync(`${source}/below`, { recursive: true });
    mount("tmpfs", `${source}/below`, { type: "tmpfs" });
    try {
      const mounts: MountOption[] = [{ type: "bind", source, target: "/data", readOnly: true }];
      const script =
        "touch /data/x 2>/dev/null || echo refused; touch /data/below/x 2>/dev/null || echo refused";
      assert.equal(await shIn(container, script, { mounts }, runtime), "refused\nrefused");
    } finally {
      unmount(`${source}/below`);
    }
  });

  Deno.test(`${runtime}: a file can be mounted over one of the image's, and in a directory that it lacks`, async () => {
    using container = new TestContainer();
    const source = `${container.folder}/text`;
    Deno.writeTextFileSync(source, "hello\n");
    const mounts = ["/etc/group", "/new/place/text"].map((target): MountOption => ({
      type: "bind",
      source,
      target,
      readOnly: false,
    }));
    assert.equal(
      await shIn(container, "cat /etc/group /new/place/text", { mounts }, runtime),
      "hello\nhello",
    );
  });

  Deno.test(`${runtime}: mounts inside mounts are seen, in whatever order they were given`, async () => {
    using container = new TestContainer();
    const mounts = ["/data/inner", "/data"].map((target): MountOption => ({
      type: "volume",
      source: target.replaceAll("/", "v"),
      target,
      readOnly: false,
    }));
    await shIn(container, "touch /data/outer-file /data/inner/inner-file", { mounts }, runtime);
    assert.ok(Deno.statSync(`${container.paths.volumes}/vdata/_data/outer-file`).isFile);
    assert.ok(Deno.statSync(`${container.paths.volumes}/vdatavinner/_data/inner-file`).isFile);
  });
}

Deno.test("a user-given /etc/hosts replaces budgie's", async () => {
  using container = new TestContainer();
  const source = `${container.folder}/hosts`;
  Deno.writeTextFileSync(source, "mine\n");
  const mounts: MountOption[] = [{ type: "bind", source, target: "/etc/hosts", readOnly: false }];
  assert.equal(await shIn(container, "cat /etc/hosts", { mounts }), "mine");
});

Deno.test("a user-given /etc still has the container's hostname in it", async () => {
  using container = new TestContainer();
  const source = `${container.folder}/etc`;
  Deno.mkdirSync(source);
  const mounts: MountOption[] = [{ type: "bind", source, target: "/etc", readOnly: false }];
  assert.equal(await shIn(container, "cat /etc/hostname", { mounts, hostname: "bird" }), "bird");
});

Deno.test("-v makes a missing directory, --mount refuses", async () => {
  using container = new TestContainer();
  const mount = {
    type: "bind" as const,
    source: `${container.folder}/a/b`,
    target: "/data",
    readOnly: false,
  };
  await assert.rejects(container.prepare({ mounts: [mount] }), /it does not exist on this machine/);
  const inFile: MountOption = { ...mount, source: `${container.layer}/etc/passwd/x`, createSource: true };
  await assert.rejects(container.prepare({ mounts: [inFile] }), /a part of its path is not a directory/);
  await container.prepare({ mounts: [{ ...mount, createSource: true }] });
  assert.ok(Deno.statSync(mount.source).isDirectory);
});

Deno.test("a working directory that is a file is refused", async () => {
  using container = new TestContainer();
  await assert.rejects(
    container.prepare({ workdir: "/etc/passwd" }),
    /'\/etc\/passwd' in the container: the working directory is not a directory/,
  );
});

Deno.test("a container without a command is refused", async () => {
  using container = new TestContainer();
  container.image.config = {};
  await assert.rejects(container.prepare(), {
    message: "Cannot run 'busybox': no command specified",
    exitCode: 125,
  });
});

Deno.test("a user namespace can't be made inside", async () => {
  const { code, stderr } = await (async () => {
    using container = new TestContainer();
    return await container.run(["unshare", "-U", "true"]);
  })();
  assert.equal(code, 1);
  assert.match(stderr, /Operation not permitted/);
});
