import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { mountsBelow } from "./fixture/leftovers.ts";
import { BUDGIE } from "./fixture/paths.ts";
import { runOk, show } from "./fixture/process.ts";

async function listing(host: Host, archive: string): Promise<string> {
  return await runOk(["tar", "-tvf", `${host.directory}/${archive}`, "--numeric-owner"]);
}

Deno.test("export writes a stopped container's files, those of the image and its own", async () => {
  await using host = await openHost({ images: ["layered"] });
  const script = "echo mine >/tmp/new; rm /layered/kept; ln -s /etc/passwd /tmp/link; chown 7:8 /tmp/new";
  await host.ok(["run", "--name", "done", "layered", "sh", "-c", script]);
  await host.ok(["export", "-o", "done.tar", "done"]);
  const list = await listing(host, "done.tar");
  assert.match(list, /^-rw-r--r-- 7\/8 +5 .* tmp\/new$/m);
  assert.match(list, /^lrwxrwxrwx .* tmp\/link -> \/etc\/passwd$/m);
  assert.match(list, /^drwxrwxrwt .* tmp\/$/m);
  assert.match(list, / layered\/replaced$/m);
  assert.doesNotMatch(list, /layered\/(kept|removed|\.wh)/);
  assert.equal((await Deno.stat(`${host.directory}/done.tar`)).mode! & 0o777, 0o600);
});

Deno.test("export of a running container leaves out what is mounted in it", async () => {
  await using host = await openHost();
  const run = ["--name", "web", "-v", "data:/data", "busybox"];
  await using _web = await runInBackground(host, [
    ...run,
    "sh",
    "-c",
    "echo x >/data/in; echo y >/own; sleep 1000",
  ]);
  await host.ok(["exec", "web", "ls", "/own"]);
  await host.ok(["export", "-o", "web.tar", "web"]);
  const list = await listing(host, "web.tar");
  assert.match(list, / own$/m);
  assert.match(list, / data\/$/m);
  assert.doesNotMatch(list, / (data|proc|sys)\/./);
});

Deno.test("what export writes can be imported again", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "sh", "-c", "echo kept >/file"]);
  await runOk(["sh", "-c", 'exec 3>&1; "$0" export done | "$0" import - again >/dev/null', BUDGIE], {
    env: host.env,
  });
  assert.equal(await host.ok(["run", "--rm", "again", "cat", "/file"]), "kept");
});

Deno.test("export of a Debian has every file that is in it", async () => {
  await using host = await openHost({ images: ["debian"] });
  await host.ok(["run", "--name", "done", "debian", "true"]);
  await host.ok(["export", "-o", "done.tar", "done"]);
  await Deno.mkdir(`${host.directory}/out`);
  await runOk([
    "tar",
    "-xpf",
    `${host.directory}/done.tar`,
    "-C",
    `${host.directory}/out`,
    "--numeric-owner",
    "--xattrs",
    "--xattrs-include=*",
  ]);
  const find =
    "find . -xdev \\( -path ./dev -o -path ./proc -o -path ./sys \\) -prune -o -printf '%p %y %m %U:%G %T@ %l\\n' | sort";
  const size = "find . -xdev -type f -printf '%p %s %n\\n' | sort";
  for (const what of [find, size]) {
    const ours = await runOk(["sh", "-c", what], { cwd: `${host.directory}/out` });
    const [{ GraphDriver }] = JSON.parse(await host.ok(["inspect", "done"]));
    const { LowerDir, UpperDir } = GraphDriver.Data;
    const script =
      `mkdir merged && mount -t overlay overlay -o "lowerdir=${UpperDir}:${LowerDir}" merged && cd merged && ${what}`;
    const theirs = await runOk(["unshare", "-m", "sh", "-ec", script], { cwd: host.directory });
    await Deno.remove(`${host.directory}/merged`);
    const lines = (text: string) => text.split("\n").filter((line) => !line.startsWith(". "));
    assert.deepEqual(lines(ours), lines(theirs));
  }
  assert.match(await runOk(["getcap", `${host.directory}/out/opt/special/capable`]), /cap_net_raw/);
});

Deno.test("export refuses a terminal, a folder and a container that is not there", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  await using terminal = await host.terminal(["export", "done"]);
  assert.equal(await terminal.ended, 1);
  await terminal.until("cowardly refusing to save to a terminal. Use the -o flag or redirect");
  const folder = await host.budgie(["export", "-o", host.directory, "done"]);
  assert.equal(folder.code, 1, show(folder));
  assert.match(folder.stderr, /it is a directory/);
  const missing = await host.budgie(["export", "-o", "file", "no-such"]);
  assert.equal(missing.code, 1, show(missing));
  assert.match(missing.stderr, /^Error: No such container: no-such$/m);
  await assert.rejects(Deno.lstat(`${host.directory}/file`));
});

Deno.test("export that is killed leaves no mount, and the container can be started", async () => {
  await using host = await openHost({ images: ["debian"] });
  await host.ok(["run", "--name", "done", "debian", "true"]);
  const child = host.spawn(["export", "done"]);
  const reader = child.stdout.getReader();
  await reader.read(); // it is under way, and waits for us to read more
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  await child.stderr.cancel();
  assert.deepEqual(await mountsBelow([host.directory]), []);
  await host.ok(["export", "-o", "again.tar", "done"]);
});
