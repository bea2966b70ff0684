import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";
import { runInBackground } from "./fixture/background.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("exec runs a further command, with pipes kept apart and its exit code", async () => {
  await using host = await openHost();
  await using _container = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const result = await host.budgie(["exec", "web", "sh", "-c", "echo out; echo err >&2; exit 7"]);
  assert.deepEqual(result, { code: 7, stdout: "out\n", stderr: "err\n" });
});

Deno.test("exec -i passes standard input on", async () => {
  await using host = await openHost();
  await using _container = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const { stdout } = await host.budgie(["exec", "-i", "web", "cat"], { stdin: "typed\n" });
  assert.equal(stdout, "typed\n");
});

Deno.test("exec has the container's variables and folder, and -e, -w, -u change them", async () => {
  await using host = await openHost({ images: ["configured"] });
  const run = ["--name", "web", "--entrypoint", "sleep", "configured", "1000"];
  await using _container = await runInBackground(host, run);
  const script = "id -un; pwd; echo $GREETING $EXTRA";
  assert.equal(await host.ok(["exec", "web", "sh", "-c", script]), "worker\n/work\nhello");
  const flags = ["-u", "root", "-w", "/tmp", "-e", "EXTRA=more"];
  assert.equal(await host.ok(["exec", ...flags, "web", "sh", "-c", script]), "root\n/tmp\nhello more");
});

Deno.test("exec is confined as the container is", async () => {
  await using host = await openHost();
  await using _container = await runInBackground(host, [
    "--name",
    "web",
    "--cap-drop",
    "ALL",
    "busybox",
    "sleep",
    "1000",
  ]);
  const status = await host.ok(["exec", "web", "sh", "-c", "grep -E '^(CapEff|Seccomp):' /proc/self/status"]);
  assert.match(status, /^CapEff:\t0000000000000000\nSeccomp:\t2$/);
});

Deno.test("exec -it gives the terminal to the command", async () => {
  await using host = await openHost();
  await using _container = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  await using terminal = await host.terminal(["exec", "-it", "web", "sh"], { columns: 91, rows: 29 });
  await terminal.until(/[#$] /);
  await terminal.type("stty size\r");
  await terminal.until("29 91");
  await terminal.type("exit 3\r");
  assert.equal(await terminal.ended, 3);
});

Deno.test("exec gives 127 and 126 as run does", async () => {
  await using host = await openHost();
  await using _container = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const missing = await host.budgie(["exec", "web", "no-such-command"]);
  assert.equal(missing.code, 127, show(missing));
  const notExecutable = await host.budgie(["exec", "web", "/etc/passwd"]);
  assert.equal(notExecutable.code, 126, show(notExecutable));
});

Deno.test("exec in a container that is stopped or missing is an error", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  const stopped = await host.budgie(["exec", "done", "true"]);
  assert.equal(stopped.code, 125, show(stopped));
  assert.match(stopped.stderr, /^Error: .*done.*not running/m);
  const missing = await host.budgie(["exec", "no-such", "true"]);
  assert.equal(missing.code, 1, show(missing));
  assert.match(missing.stderr, /^Error: No such container: no-such$/m);
});

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`exec takes names of the image, variables and folders (${runtime})`, async () => {
    await using host = await openHost({ runtime, images: ["configured"], env: { FROM_HOST: "host" } });
    const run = ["--name", "web", "--entrypoint", "sleep", "configured", "1000"];
    await using _container = await runInBackground(host, run);
    const exec = (...args: string[]) => host.ok(["exec", ...args]);
    assert.equal(
      await exec("-u", "worker", "web", "id"),
      "uid=1234(worker) gid=1234(worker) groups=77(extra),1234(worker)",
    );
    assert.match(await exec("-u", "root:staff", "web", "id"), /^uid=0\(root\) gid=50\(staff\)/);
    assert.match(await exec("-u", "55:66", "web", "id"), /^uid=55 gid=66/);
    const file = await host.write("exec.env", "FROM_FILE=file\nBOTH=file\n");
    const flags = ["--env-file", file, "-e", "BOTH=flag", "-e", "FROM_HOST", "-e", "NOT_SET"];
    const lines = (await exec(...flags, "web", "env")).split("\n");
    for (const wanted of ["FROM_FILE=file", "BOTH=flag", "FROM_HOST=host"]) assert.ok(lines.includes(wanted));
    assert.ok(!lines.some((line) => line.startsWith("NOT_SET")));

    for (const wrong of [["-u", "nobody-here"], ["-w", "relative"], ["-e", "=x"]]) {
      const refused = await host.budgie(["exec", ...wrong, "web", "true"]);
      assert.equal(refused.code, 125, show(refused));
      assert.match(refused.stderr, /^Error: Cannot /);
    }
    for (const [command, code] of [["no-such", 127], ["/no/such", 127], ["/etc/passwd", 126]] as const) {
      assert.equal((await host.budgie(["exec", "web", command])).code, code, command);
    }
    assert.equal((await host.budgie(["exec", "web", "sh", "-c", "kill -9 $$"])).code, 137);
  });
}

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`exec -d leaves the command running and prints nothing (${runtime})`, async () => {
    await using host = await openHost({ runtime });
    await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
    const script = 'echo "$EXTRA $PWD $(id -u)" >/tmp/said; exec sleep 801';
    const flags = ["-d", "-e", "EXTRA=more", "-w", "/tmp", "-u", "55"];
    await host.ok(["exec", "web", "chmod", "777", "/tmp"]);
    const result = await host.budgie(["exec", ...flags, "web", "sh", "-c", script]);
    assert.deepEqual(result, { code: 0, stdout: "", stderr: "" });
    assert.match(await host.ok(["top", "web", "-eo", "pid,args"]), /sleep 801|sh -c/);
    const said = () => host.ok(["exec", "web", "cat", "/tmp/said"]).catch(() => "");
    assert.equal(await eventually("it has spoken", said), "more /tmp 55");
    const missing = await host.budgie(["exec", "-d", "web", "no-such"]);
    assert.equal(missing.code, 127, show(missing));
    const typed = await host.budgie(["exec", "-d", "-i", "web", "cat"]);
    assert.equal(typed.code, 125, show(typed));
    assert.match(typed.stderr, /Cannot use -d together with -i/);
  });
}
