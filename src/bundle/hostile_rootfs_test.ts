/** Images that put symlinks, FIFOs and worse where budgie and the runtime go: nothing on the host may change. */
import assert from "node:assert/strict";
import type { ContainerOptions } from "../store/container.ts";
import { TestContainer } from "./testing/container.ts";

/** A container, and a directory of the host that nobody may touch. */
class HostileContainer extends TestContainer {
  readonly canary = `${this.folder}/canary`;

  constructor() {
    super();
    Deno.mkdirSync(this.canary);
  }

  /** Puts a symlink into the image in place of what is there. */
  link(path: string, target: string): void {
    this.remove(path);
    Deno.symlinkSync(target, `${this.layer}${path}`);
  }

  remove(path: string): void {
    try {
      Deno.removeSync(`${this.layer}${path}`, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  assertCanaryUntouched(): void {
    assert.deepEqual([...Deno.readDirSync(this.canary)], []);
  }
}

const UP = "../../../../../../../../..";

for (const runtime of ["runc", "crun"] as const) {
  for (const prefix of ["", UP]) {
    const kind = prefix ? "relative" : "absolute";

    Deno.test(`/etc as a ${kind} symlink to a host directory stays inside under ${runtime}`, async () => {
      using container = new HostileContainer();
      container.link("/etc", `${prefix}${container.canary}`);
      const { stdout, stderr } = await container.run(["cat", "/etc/hostname"], {}, runtime);
      assert.equal(stdout, `${container.id.slice(0, 12)}\n`, stderr);
      container.assertCanaryUntouched();
    });

    Deno.test(`a volume's target behind a ${kind} symlink stays inside under ${runtime}`, async () => {
      using container = new HostileContainer();
      container.link("/data", `${prefix}${container.canary}`);
      const source = `${container.folder}/source`;
      Deno.mkdirSync(source);
      const mounts = [{ type: "bind" as const, source, target: "/data/x", readOnly: false }];
      const { code, stderr } = await container.run(["touch", "/data/x/file"], { mounts }, runtime);
      assert.equal(code, 0, stderr);
      assert.ok(Deno.statSync(`${source}/file`).isFile);
      container.assertCanaryUntouched();
    });

    Deno.test(`a working directory behind a ${kind} symlink stays inside under ${runtime}`, async () => {
      using container = new HostileContainer();
      container.link("/work", `${prefix}${container.canary}`);
      const { code, stderr } = await container.run(["touch", "made"], { workdir: "/work/deep/er" }, runtime);
      assert.equal(code, 0, stderr);
      container.assertCanaryUntouched();
    });

    Deno.test(`a device behind a ${kind} symlink stays inside under ${runtime}`, async () => {
      using container = new HostileContainer();
      container.link("/opt", `${prefix}${container.canary}`);
      const devices = [{ hostPath: "/dev/null", containerPath: "/opt/null", permissions: "rwm" }];
      const { code, stderr } = await container.run(["sh", "-c", "echo x >/opt/null"], { devices }, runtime);
      assert.equal(code, 0, stderr);
      container.assertCanaryUntouched();
    });
  }

  Deno.test(`a FIFO as /etc/hosts is covered without anybody waiting for it, under ${runtime}`, async () => {
    using container = new HostileContainer();
    new Deno.Command("mkfifo", { args: [`${container.layer}/etc/hosts`] }).outputSync();
    const { code, stdout, stderr } = await container.run(["cat", "/etc/hosts"], {}, runtime);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /localhost/);
  });

  Deno.test(`a resolv.conf that points to a missing file is made where it points, under ${runtime}`, async () => {
    using container = new HostileContainer();
    container.link("/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf");
    const { code, stderr } = await container.run(
      ["cat", "/run/systemd/resolve/stub-resolv.conf"],
      {},
      runtime,
    );
    assert.equal(code, 0, stderr);
  });
}

for (const path of ["/proc", "/sys", "/dev"]) {
  for (const target of [UP, "/tmp", "/nowhere"]) {
    Deno.test(`${path} as a symlink to ${target} is refused`, async () => {
      using container = new HostileContainer();
      container.link(path, target);
      await assert.rejects(container.prepare(), {
        message: `Cannot use '${path}' in the container: the image has a symlink there, not a directory`,
      });
    });
  }

  Deno.test(`${path} as a file is refused`, async () => {
    using container = new HostileContainer();
    Deno.writeTextFileSync(`${container.layer}${path}`, "");
    await assert.rejects(container.prepare(), /the image has a file there/);
  });
}

async function refused(container: TestContainer, options: Partial<ContainerOptions>, message: RegExp) {
  await assert.rejects(container.prepare(options), (error: Error) => {
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("a mount target that the image leads into /proc is refused", async () => {
  using container = new HostileContainer();
  container.link("/data", "/proc/sys");
  const mounts = [{ type: "tmpfs" as const, source: "", target: "/data", readOnly: false }];
  Deno.mkdirSync(`${container.layer}/proc/sys`, { recursive: true });
  await refused(
    container,
    { mounts },
    /^Cannot use '\/data' in the container: the image leads it to '\/proc\/sys'/,
  );
});

Deno.test("a mount target that the image leads to / is refused", async () => {
  using container = new HostileContainer();
  container.link("/data", "/");
  const mounts = [{ type: "tmpfs" as const, source: "", target: "/data", readOnly: false }];
  await refused(container, { mounts }, /the image leads it to '\/'/);
});

Deno.test("a symlink in a volume, on the way to a mount inside it, is refused", async () => {
  using container = new HostileContainer();
  const outer = `${container.folder}/outer`;
  Deno.mkdirSync(outer);
  Deno.symlinkSync(container.canary, `${outer}/inner`);
  const mounts = ["/v", "/v/inner/x"].map((target) => ({
    type: "bind" as const,
    source: outer,
    target,
    readOnly: false,
  }));
  await refused(container, { mounts }, /there is a symlink on the way in/);
  container.assertCanaryUntouched();
});

Deno.test("/etc/hosts as a directory is refused", async () => {
  using container = new HostileContainer();
  Deno.mkdirSync(`${container.layer}/etc/hosts`);
  await refused(container, {}, /'\/etc\/hosts' in the container: it is a directory, and the source a file/);
});

Deno.test("a loop of symlinks is refused", async () => {
  using container = new HostileContainer();
  container.link("/etc", "/etc2");
  container.link("/etc2", "/etc");
  await refused(container, {}, /ELOOP/);
});

Deno.test("a device is not made where the image has a symlink", async () => {
  using container = new HostileContainer();
  container.link("/node", `${container.canary}/node`);
  const devices = [{ hostPath: "/dev/null", containerPath: "/node", permissions: "r" }];
  await refused(container, { devices }, /'\/node' in the container: the image has a symlink there/);
  container.assertCanaryUntouched();
});

Deno.test("a FIFO as /etc/passwd does not make anybody wait, and names no user", async () => {
  using container = new HostileContainer();
  container.remove("/etc/passwd");
  new Deno.Command("mkfifo", { args: [`${container.layer}/etc/passwd`] }).outputSync();
  assert.equal((await container.prepare()).process.user.uid, 0);
  await refused(container, { user: "app" }, /no matching entry in the image's \/etc\/passwd/);
});

Deno.test("/etc/passwd as a symlink to the host's file is the image's own, which does not exist", async () => {
  using container = new HostileContainer();
  const secret = `${container.canary}/passwd`;
  Deno.writeTextFileSync(secret, "app:x:1:1::/secret:/bin/sh\n");
  container.link("/etc/passwd", secret);
  await refused(container, { user: "app" }, /no matching entry/);
});

Deno.test("/etc/group of gigabytes is not read", async () => {
  using container = new HostileContainer();
  Deno.truncateSync(`${container.layer}/etc/group`, 5 * 1024 ** 3);
  await refused(container, {}, /Cannot read the image's '\/etc\/group': it has more than/);
});

for (const workdir of ["/proc/self/fd/7", "/proc/1/../self/cwd", "/proc/thread-self/root/tmp"]) {
  Deno.test(`${workdir} as the working directory is refused`, async () => {
    using container = new HostileContainer();
    await refused(container, { workdir }, /a process can't start inside another one/);
  });
}

Deno.test("a working directory that the image leads into /proc is refused", async () => {
  using container = new HostileContainer();
  container.link("/work", "/proc/self/fd/7");
  await refused(container, { workdir: "/work" }, /the image leads it to '\/proc\/self\/fd\/7'/);
});
