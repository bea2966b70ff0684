import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("run gives the container's output and its exit code", async () => {
  await using host = await openHost();
  const result = await host.budgie(["run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7"]);
  assert.deepEqual(result, { code: 7, stdout: "out\n", stderr: "err\n" });
});

Deno.test("run gives 128 + n when signal n ended the command", async () => {
  await using host = await openHost();
  // Not as the first process: that one is deaf to signals that it does not handle.
  const script = "sh -c 'kill -TERM $$'; exit $?";
  const { code } = await host.budgie(["run", "--rm", "busybox", "sh", "-c", script]);
  assert.equal(code, 143);
});

Deno.test("run gives 127 when the command is not found", async () => {
  await using host = await openHost();
  const result = await host.budgie(["run", "--rm", "busybox", "no-such-command"]);
  assert.equal(result.code, 127, show(result));
  assert.match(result.stderr, /^Error: .*no-such-command/m);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("run gives 126 when the command cannot be executed", async () => {
  await using host = await openHost();
  for (const command of ["/etc/passwd", "/etc"]) {
    const result = await host.budgie(["run", "--rm", "busybox", command]);
    assert.equal(result.code, 126, show(result));
    assert.match(result.stderr, /^Error: /m);
  }
});

Deno.test("run gives 125 when budgie itself fails", async () => {
  await using host = await openHost();
  for (
    const args of [
      ["--bogus", "busybox"],
      ["--memory", "lots", "busybox", "true"],
      ["--pull", "never", "no-such-image", "true"],
      [],
    ]
  ) {
    const result = await host.budgie(["run", ...args]);
    assert.equal(result.code, 125, show(result));
    assert.match(result.stderr, /^Error: /m);
  }
});

Deno.test("run -i passes standard input on, to its end", async () => {
  await using host = await openHost();
  const stdin = "line\n".repeat(100_000);
  const result = await host.budgie(["run", "--rm", "-i", "busybox", "cat"], { stdin });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout.length, stdin.length);
});

Deno.test("run without -i gives the container an empty standard input", async () => {
  await using host = await openHost();
  const result = await host.budgie(["run", "--rm", "busybox", "cat"], { stdin: "not for it\n" });
  assert.deepEqual(result, { code: 0, stdout: "", stderr: "" });
});

Deno.test("run passes a large output on, complete and in order", async () => {
  await using host = await openHost();
  const { stdout } = await host.budgie(["run", "--rm", "busybox", "seq", "200000"]);
  const lines = stdout.split("\n");
  assert.equal(lines.length, 200_001);
  assert.equal(lines[199_999], "200000");
});

Deno.test("run sets variables from -e, from the host, and from --env-file", async () => {
  await using host = await openHost();
  const file = await host.write("web.env", "# comment\nFROM_FILE=file\nBOTH=file\n");
  const args = ["run", "--rm", "-e", "GIVEN=a b", "-e", "FROM_HOST", "-e", "BOTH=flag", "--env-file", file];
  const { stdout } = await host.budgie([...args, "busybox", "env"], { env: { FROM_HOST: "host" } });
  const lines = stdout.split("\n");
  for (const wanted of ["GIVEN=a b", "FROM_HOST=host", "FROM_FILE=file", "BOTH=flag"]) {
    assert.ok(lines.includes(wanted), `${wanted} in ${stdout}`);
  }
});

Deno.test("run -v shows a folder of the host, writable or not", async () => {
  await using host = await openHost();
  await Deno.mkdir(`${host.directory}/shared`);
  const source = `${host.directory}/shared`;
  await host.ok(["run", "--rm", "-v", `${source}:/shared`, "busybox", "sh", "-c", "echo hi >/shared/file"]);
  assert.equal(await Deno.readTextFile(`${source}/file`), "hi\n");
  const result = await host.budgie([
    "run",
    "--rm",
    "-v",
    `${source}:/shared:ro`,
    "busybox",
    "touch",
    "/shared/x",
  ]);
  assert.notEqual(result.code, 0);
  assert.match(result.stderr, /Read-only file system/);
});

Deno.test("run -v NAME keeps files from one container to the next", async () => {
  await using host = await openHost();
  await host.ok(["run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "echo kept >/data/file"]);
  assert.equal(await host.ok(["run", "--rm", "-v", "data:/other", "busybox", "cat", "/other/file"]), "kept");
});

Deno.test("run -v takes a path only where it begins as one", async () => {
  await using host = await openHost();
  await Deno.mkdir(`${host.directory}/site/public`, { recursive: true });
  await host.write("site/public/page", "hello\n");
  const cat = (source: string) =>
    host.budgie(["run", "--rm", "-v", `${source}:/site`, "busybox", "cat", "/site/page"]);
  assert.equal((await cat("./site/public")).stdout, "hello\n");
  assert.equal((await cat(`../${host.directory.split("/").at(-1)}/site/public`)).stdout, "hello\n");
  for (const source of ["site/public", "~/site"]) {
    const refused = await cat(source);
    assert.equal(refused.code, 125, show(refused));
    assert.match(refused.stderr, /as a volume's name[^]*begins with/);
  }
});

Deno.test("run fills a new volume with the image's files, unless nocopy", async () => {
  await using host = await openHost({ images: ["configured"] });
  const list = (mount: string[]) =>
    host.ok(["run", "--rm", ...mount, "--entrypoint", "ls", "configured", "-A", "/data"]);
  assert.equal(await list(["-v", "filled:/data"]), "seed");
  assert.equal(await list(["-v", "empty:/data:nocopy"]), "");
  assert.equal(await list(["--mount", "type=volume,source=bare,target=/data,volume-nocopy"]), "");
  assert.equal(await list(["--mount", "type=volume,target=/data"]), "seed");
});

Deno.test("run --mount refuses a source that is missing, -v makes it", async () => {
  await using host = await openHost();
  const source = `${host.directory}/missing`;
  const mount = `type=bind,source=${source},target=/x`;
  const refused = await host.budgie(["run", "--rm", "--mount", mount, "busybox", "true"]);
  assert.equal(refused.code, 125, show(refused));
  assert.match(refused.stderr, new RegExp(`^Error: .*${source}`, "m"));
  await host.ok(["run", "--rm", "-v", `${source}:/x`, "busybox", "true"]);
  assert.ok((await Deno.stat(source)).isDirectory);
});

Deno.test("run --tmpfs and --mount type=tmpfs give memory of the wanted size", async () => {
  await using host = await openHost();
  const mount = ["--mount", "type=tmpfs,target=/b,tmpfs-size=2m", "--tmpfs", "/a:size=1m"];
  const mounts = await host.ok(["run", "--rm", ...mount, "busybox", "cat", "/proc/mounts"]);
  assert.match(mounts, /^tmpfs \/a tmpfs .*size=1024k/m);
  assert.match(mounts, /^tmpfs \/b tmpfs .*size=2048k/m);
});

Deno.test("run -w makes and enters the working directory", async () => {
  await using host = await openHost();
  assert.equal(await host.ok(["run", "--rm", "-w", "/deep/er", "busybox", "pwd"]), "/deep/er");
});

Deno.test("run -u takes names of the image and numbers", async () => {
  await using host = await openHost({ images: ["configured"] });
  const id = (user: string) => host.ok(["run", "--rm", "-u", user, "--entrypoint", "id", "configured"]);
  assert.equal(await id("worker"), "uid=1234(worker) gid=1234(worker) groups=77(extra),1234(worker)");
  assert.match(await id("4321:4322"), /^uid=4321 gid=4322/);
  const unknown = await host.budgie(["run", "--rm", "-u", "nobody-here", "configured"]);
  assert.equal(unknown.code, 125, show(unknown));
  assert.match(unknown.stderr, /nobody-here/);
});

Deno.test("run --hostname names the container, its ID does otherwise", async () => {
  await using host = await openHost();
  assert.equal(await host.ok(["run", "--rm", "--hostname", "web-1", "busybox", "hostname"]), "web-1");
  assert.match(await host.ok(["run", "--rm", "busybox", "hostname"]), /^[0-9a-f]{12}$/);
});

Deno.test("run --read-only protects the root file system, not /dev/shm", async () => {
  await using host = await openHost();
  const script = "touch /dev/shm/ok && ! touch /file 2>/dev/null && echo protected";
  assert.equal(await host.ok(["run", "--rm", "--read-only", "busybox", "sh", "-c", script]), "protected");
});

Deno.test("run --entrypoint replaces the image's and drops its command", async () => {
  await using host = await openHost({ images: ["configured"] });
  assert.equal(await host.ok(["run", "--rm", "configured"]), "entry from-cmd");
  assert.equal(await host.ok(["run", "--rm", "configured", "given"]), "entry given");
  assert.equal(await host.ok(["run", "--rm", "--entrypoint", "/bin/echo", "configured"]), "");
  assert.equal(await host.ok(["run", "--rm", "--entrypoint", "/bin/echo", "configured", "x"]), "x");
});

Deno.test("run takes the image's user, variables, folder and volume", async () => {
  await using host = await openHost({ images: ["configured"] });
  const script = "id -u; id -g; echo $GREETING; pwd; cat /data/seed; touch /data/new && echo writable";
  const output = await host.ok(["run", "--rm", "--entrypoint", "sh", "configured", "-c", script]);
  assert.equal(output, "1234\n50\nhello\n/work\nfrom the image\nwritable");
});

Deno.test("run shows the layers as one: replaced, removed and hidden files", async () => {
  await using host = await openHost({ images: ["layered"] });
  const script = "cd /layered && find . | sort | tr '\\n' ' '; cat kept replaced";
  const output = await host.ok(["run", "--rm", "layered", "sh", "-c", script]);
  assert.equal(output, ". ./hidden ./hidden/upper ./kept ./replaced lower\nupper");
});

Deno.test("run starts with docker's capabilities, and --cap-add, --cap-drop, --privileged change them", async () => {
  await using host = await openHost();
  const effective = async (...flags: string[]) => {
    const script = "grep CapEff /proc/self/status";
    const text = await host.ok(["run", "--rm", ...flags, "busybox", "sh", "-c", script]);
    return BigInt(`0x${text.split(/\s+/)[1]}`);
  };
  const docker = 0xa80425fbn; // capability.h: chown, dac_override, … setfcap
  assert.equal(await effective(), docker);
  assert.equal(await effective("--cap-drop", "ALL"), 0n);
  assert.equal(await effective("--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE"), 1n << 10n);
  assert.equal(await effective("--cap-drop", "chown"), docker & ~1n);
  assert.equal(await effective("--cap-add", "CAP_NET_ADMIN"), docker | (1n << 12n));
  const privileged = await effective("--privileged");
  assert.ok((privileged & (1n << 21n)) !== 0n, "CAP_SYS_ADMIN");
});

Deno.test("run confines with seccomp and masked paths unless --privileged", async () => {
  await using host = await openHost();
  const script =
    "grep '^Seccomp:' /proc/self/status; wc -c </proc/timer_list; unshare -m true && echo unshared";
  const confined = await host.budgie(["run", "--rm", "busybox", "sh", "-c", script]);
  assert.match(confined.stdout, /^Seccomp:\s+2\n0\n$/);
  const free = await host.budgie(["run", "--rm", "--privileged", "busybox", "sh", "-c", script]);
  assert.match(free.stdout, /^Seccomp:\s+0\n/);
  assert.match(free.stdout, /unshared/);
});

Deno.test("run --security-opt no-new-privileges sets it", async () => {
  await using host = await openHost();
  const status = ["busybox", "grep", "NoNewPrivs", "/proc/self/status"];
  assert.match(await host.ok(["run", "--rm", ...status]), /\t0$/);
  assert.match(await host.ok(["run", "--rm", "--security-opt", "no-new-privileges", ...status]), /\t1$/);
});

Deno.test("run --device gives a device and the right to use it", async () => {
  await using host = await openHost();
  const script = "head -c 4 /dev/mine | wc -c";
  const output = await host.ok([
    "run",
    "--rm",
    "--device",
    "/dev/zero:/dev/mine:r",
    "busybox",
    "sh",
    "-c",
    script,
  ]);
  assert.equal(output.trim(), "4");
});

Deno.test("run enforces --memory, --pids-limit and --cpus", async () => {
  await using host = await openHost();
  // The names of cgroup v1, then of v2.
  const script = `cd /sys/fs/cgroup
    cat memory/memory.limit_in_bytes 2>/dev/null || cat memory.max
    cat pids/pids.max 2>/dev/null || cat pids.max
    cat cpu/cpu.cfs_quota_us 2>/dev/null || cut -d' ' -f1 cpu.max`;
  const flags = ["--memory", "64m", "--pids-limit", "33", "--cpus", "0.5"];
  const output = await host.ok(["run", "--rm", ...flags, "busybox", "sh", "-c", script]);
  assert.deepEqual(output.split("\n"), [String(64 * 1024 ** 2), "33", "50000"]);
});

Deno.test("run --memory ends what takes more", async () => {
  await using host = await openHost();
  const hungry = ["sh", "-c", "tail -c 200m /dev/zero"];
  const { code } = await host.budgie([
    "run",
    "--rm",
    "--memory",
    "32m",
    "--memory-swap",
    "32m",
    "busybox",
    ...hungry,
  ]);
  assert.equal(code, 137);
});

Deno.test("run --ulimit lowers a limit", async () => {
  await using host = await openHost();
  const args = ["run", "--rm", "--ulimit", "nofile=99:100", "busybox", "sh", "-c", "ulimit -Sn; ulimit -Hn"];
  assert.equal(await host.ok(args), "99\n100");
});

Deno.test("run's smaller flags reach the container", async () => {
  await using host = await openHost({ images: ["configured"] });
  const labels = await host.write("labels", "# comment\nfrom=file\nboth=file\n");
  const script = `id -G; df -k /dev/shm | tail -n 1 | awk '{print $2}'; cat /proc/sys/net/core/somaxconn
    ulimit -n; grep Cpus_allowed_list /proc/self/status | cut -f 2`;
  const output = await host.ok([
    ...["run", "--name", "flags", "--user", "worker:staff", "--group-add", "extra", "--group-add", "4242"],
    ...["--shm-size", "2m", "--sysctl", "net.core.somaxconn=99", "--cpuset-cpus", "0", "--entrypoint", ""],
    ...["--ulimit", "nofile=99", "--ulimit", "nofile=100", "--label-file", labels, "-l", "both=flag"],
    ...["--stop-signal", "INT", "--stop-timeout", "3", "--hostname", "", "--cpus", "0", "--net", "none"],
    ...["configured", "sh", "-c", script],
  ]);
  assert.equal(output, "50 77 4242\n2048\n99\n100\n0");
  const format = '{{index .Config.Labels "from"}} {{index .Config.Labels "both"}} {{.Config.StopSignal}} ' +
    "{{.Config.StopTimeout}}";
  assert.equal(await host.ok(["inspect", "--format", format, "flags"]), "file flag INT 3");
});

Deno.test("run refuses limits that no kernel has, before anything is made", async () => {
  await using host = await openHost();
  for (
    const flag of ["--cpuset-cpus=4095", "--cpu-shares=1", "--cpu-quota=10", "--cpus=4096", "--memory=1k"]
  ) {
    const refused = await host.budgie(["run", flag, "busybox", "true"]);
    assert.equal(refused.code, 125, show(refused));
    assert.match(refused.stderr, new RegExp(`^Error: Cannot use ${flag.split("=")[0]} `));
  }
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("run --init puts an init in front of the command", async () => {
  await using host = await openHost();
  const script = "echo $$; cat /proc/1/cmdline | tr '\\0' ' '";
  const [pid, first] = (await host.ok(["run", "--rm", "--init", "busybox", "sh", "-c", script])).split("\n");
  assert.notEqual(pid, "1");
  assert.match(first, /init|tini|catatonit/);
  const { code } = await host.budgie(["run", "--rm", "--init", "busybox", "sh", "-c", "exit 9"]);
  assert.equal(code, 9);
});

Deno.test("run --network none has only the loopback, host has the host's interfaces", async () => {
  await using host = await openHost();
  const interfaces = async (network: string) =>
    (await host.ok(["run", "--rm", "--network", network, "busybox", "ls", "/sys/class/net"])).split("\n");
  assert.deepEqual(await interfaces("none"), ["lo"]);
  const own = (await Array.fromAsync(Deno.readDir("/sys/class/net"))).map(({ name }) => name).sort();
  assert.deepEqual(await interfaces("host"), own);
});

Deno.test("run --pull decides when the registry is asked", async () => {
  await using host = await openHost({ images: [] });
  const never = await host.budgie(["run", "--rm", "--pull", "never", "busybox", "true"]);
  assert.equal(never.code, 125, show(never));
  await host.ok(["run", "--rm", "busybox", "true"]); // missing is the default
  await host.ok(["run", "--rm", "--pull", "never", "busybox", "true"]);
  const offline = {
    BUDGIE_REGISTRIES_MIRRORS: "docker.io=http://127.0.0.1:9",
    HTTPS_PROXY: "http://127.0.0.1:9",
  };
  await host.ok(["run", "--rm", "busybox", "true"], { env: offline });
  const always = await host.budgie(["run", "--rm", "--pull", "always", "busybox", "true"], { env: offline });
  assert.equal(always.code, 125, show(always));
});

Deno.test("run --platform of another machine is refused or runs, never the wrong image", async () => {
  await using host = await openHost({ images: [] });
  const result = await host.budgie(["run", "--rm", "--platform", "linux/s390x", "multi", "true"]);
  assert.equal(result.code, 125, show(result));
  assert.match(result.stderr, /linux\/amd64.*linux\/arm64/s);
});

Deno.test("run --cidfile gets the full ID, and is never overwritten", async () => {
  await using host = await openHost();
  const file = `${host.directory}/cid`;
  await host.ok(["run", "--cidfile", file, "busybox", "true"]);
  assert.equal(await host.ok(["ps", "-aq", "--no-trunc"]), await Deno.readTextFile(file));
  const again = await host.budgie(["run", "--rm", "--cidfile", file, "busybox", "true"]);
  assert.equal(again.code, 125);
  assert.match(again.stderr, /cid/);
});

Deno.test("run --name is unique, and the error names the holder", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "web", "busybox", "true"]);
  const again = await host.budgie(["run", "--name", "web", "busybox", "true"]);
  assert.equal(again.code, 125, show(again));
  assert.match(again.stderr, /web.*[0-9a-f]{12}/s);
  assert.match(again.stderr, /^hint: /m);
});

Deno.test("run --rm leaves no container, no folder and no anonymous volume", async () => {
  await using host = await openHost({ images: ["configured"] });
  await host.ok(["run", "--rm", "configured"]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
  for (const folder of ["containers", "volumes"]) {
    await eventually(`no ${folder}`, async () => {
      const entries = await Array.fromAsync(Deno.readDir(`${host.data}/${folder}`));
      return entries.length === 0;
    }, 5_000);
  }
});

Deno.test("run passes signals on to the container", async () => {
  await using host = await openHost();
  const script = "trap 'echo told; exit 3' TERM; echo ready; while :; do sleep 0.1; done";
  const child = host.spawn(["run", "--rm", "busybox", "sh", "-c", script]);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = (await reader.read()).value ?? "";
  assert.equal(output, "ready\n");
  child.kill("SIGTERM");
  for (let part = await reader.read(); !part.done; part = await reader.read()) output += part.value;
  assert.equal(output, "ready\ntold\n");
  assert.equal((await child.status).code, 3);
  await child.stderr.cancel();
});

Deno.test("a container outlives its killed command line, and its output is kept", async () => {
  await using host = await openHost();
  const script = "echo before; i=0; while [ ! -e /stop ]; do sleep 0.1; done; echo after; exit 5";
  const child = host.spawn(["run", "--name", "tough", "busybox", "sh", "-c", script]);
  await eventually("running", async () => /Up/.test((await host.budgie(["ps"])).stdout));
  await eventually(
    "the first line",
    async () => /before/.test((await host.budgie(["logs", "tough"])).stdout),
  );
  child.kill("SIGKILL");
  await child.status;
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  assert.equal(await host.ok(["exec", "tough", "echo", "alive"]), "alive");
  await host.ok(["exec", "tough", "touch", "/stop"]);
  await eventually("exit code 5", async () => {
    return (await host.ok(["ps", "-a", "--format", "{{.Status}}"])).startsWith("Exited (5)");
  });
  assert.equal(await host.ok(["logs", "tough"]), "before\nafter");
});

Deno.test("run -it gives the terminal to the container: size, raw keys, Ctrl-C, exit code", async () => {
  await using host = await openHost();
  await using terminal = await host.terminal(["run", "--rm", "-it", "busybox", "sh"], {
    columns: 101,
    rows: 33,
  });
  await terminal.until(/[#$] /);
  await terminal.type("stty size\r");
  await terminal.until("33 101");
  await terminal.type("tty && echo is''-a-tty\r");
  await terminal.until("is-a-tty");
  await terminal.type("sleep 1000\r");
  await eventually(
    "sleeping",
    async () => /sleep 1000/.test((await host.budgie(["exec", await onlyId(host), "ps"])).stdout),
  );
  await terminal.type("\x03");
  await terminal.type("echo still''-here\r");
  await terminal.until("still-here");
  await terminal.resize(77, 22);
  await eventually("the new size", async () => {
    await terminal.type("stty size\r");
    return terminal.output.includes("22 77");
  });
  await terminal.type("exit 6\r");
  assert.equal(await terminal.ended, 6);
});

async function onlyId(host: { ok(args: string[]): Promise<string> }): Promise<string> {
  return await host.ok(["ps", "-q"]);
}

Deno.test("run -t without a terminal to give says so", async () => {
  await using host = await openHost();
  const result = await host.budgie(["run", "--rm", "-it", "busybox", "true"], { stdin: "" });
  assert.notEqual(result.code, 0);
  assert.match(result.stderr, /terminal|TTY/i);
});

Deno.test("run and exec work with crun", async () => {
  await using host = await openHost({ runtime: "crun" });
  const { code } = await host.budgie(["run", "--rm", "busybox", "sh", "-c", "exit 4"]);
  assert.equal(code, 4);
  assert.equal((await host.budgie(["run", "--rm", "busybox", "no-such-command"])).code, 127);
  assert.equal((await host.budgie(["run", "--rm", "busybox", "/etc/passwd"])).code, 126);
  const child = host.spawn(["run", "--rm", "--name", "c", "busybox", "sleep", "1000"]);
  await eventually("running", async () => (await host.budgie(["exec", "c", "true"])).code === 0);
  assert.equal((await host.budgie(["exec", "c", "sh", "-c", "exit 8"])).code, 8);
  await host.ok(["stop", "-t", "0", "c"]);
  assert.equal((await child.status).code, 137);
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
});

Deno.test("run keeps the terminal's size with crun", async () => {
  await using host = await openHost({ runtime: "crun" });
  await using terminal = await host.terminal(["run", "--rm", "-it", "busybox", "sh"], {
    columns: 95,
    rows: 31,
  });
  await terminal.until(/[#$] /);
  await terminal.type("stty size\r");
  await terminal.until("31 95");
  await terminal.resize(66, 20);
  await eventually("the new size", async () => {
    await terminal.type("stty size\r");
    return terminal.output.includes("20 66");
  });
  await terminal.type("exit\r");
  assert.equal(await terminal.ended, 0);
});

Deno.test("run FILE.bun runs what the file says", async () => {
  await using host = await openHost();
  await Deno.mkdir(`${host.directory}/site`);
  await Deno.writeTextFile(`${host.directory}/site/page`, "hello\n");
  const file = await host.write(
    "web.bun",
    [
      'version: "1.0"',
      "name: web",
      "image:",
      "  docker_image: busybox",
      '  command: ["sh", "-c", "cat /site/page; echo $GREETING; hostname; exit 5"]',
      "hostname: box",
      "network: none",
      "environment:",
      "  GREETING: good day",
      "volumes:",
      "  - source: ./site",
      "    target: /site",
      "    mode: ro",
    ].join("\n"),
  );
  const result = await host.budgie(["run", file], { cwd: "/" }); // paths are relative to the file
  assert.deepEqual(result, { code: 5, stdout: "hello\ngood day\nbox\n", stderr: "" });
  assert.match(await host.ok(["ps", "-a", "--format", "{{.Names}} {{.Image}}"]), /^web busybox/);
});

Deno.test("run refuses what a .bun file wants and budgie cannot do yet", async () => {
  await using host = await openHost();
  const file = await host.write(
    "later.bun",
    'version: "1.0"\nname: later\nimage: {docker_image: busybox, command: "true"}\nreplicas: {min: 2, max: 4}\n',
  );
  const result = await host.budgie(["run", file]);
  assert.equal(result.code, 125, show(result));
  assert.match(result.stderr, /replicas.*not supported yet/s);
});
