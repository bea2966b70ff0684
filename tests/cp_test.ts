import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { runInBackground } from "./fixture/background.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { mountsBelow } from "./fixture/leftovers.ts";
import { BUDGIE } from "./fixture/paths.ts";
import { runOk, type RunResult, show } from "./fixture/process.ts";
import { tar, type TarEntry } from "./fixture/tar.ts";
import { eventually } from "./fixture/wait.ts";

/** A container in either state, and how to look into it. */
interface Subject extends AsyncDisposable {
  host: Host;
  /** what a shell in the container says */
  sh(script: string): Promise<string>;
}

const IN_THE_CONTAINER =
  "mkdir -p /dir/sub; echo one >/dir/one; echo two >/dir/sub/two; ln -s /dir/one /link; " +
  "chown -R 12:34 /dir/sub; echo vol >/data/in; ln -s / /dir/up; ln -s /etc /data/etc";

async function running(): Promise<Subject> {
  const host = await openHost();
  const script = `${IN_THE_CONTAINER}; echo mem >/mem/in; touch /ready; sleep 1000`;
  const run = ["--name", "web", "-v", "data:/data", "--tmpfs", "/mem", "busybox", "sh", "-c", script];
  const background = await runInBackground(host, run);
  await eventually("the files are there", async () => {
    return (await host.budgie(["exec", "web", "test", "-e", "/ready"])).code === 0;
  });
  return {
    host,
    sh: (script) => host.ok(["exec", "web", "sh", "-c", script]),
    async [Symbol.asyncDispose]() {
      await background[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}

async function stopped(): Promise<Subject> {
  const host = await openHost();
  const run = ["run", "--name", "web", "-v", "data:/data", "--tmpfs", "/mem", "busybox"];
  await host.ok([...run, "sh", "-c", IN_THE_CONTAINER]);
  return {
    host,
    // What was copied is in the container's own layer and volume: an image of it, with the volume, has it all.
    async sh(script) {
      await host.ok(["commit", "web", "look"]);
      return await host.ok(["run", "--rm", "-v", "data:/data", "look", "sh", "-c", script]);
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

async function refused(result: Promise<RunResult>, reason: RegExp, code = 1): Promise<void> {
  const it = await result;
  assert.equal(it.code, code, show(it));
  assert.match(it.stderr, reason);
}

const KINDS = { running, stopped };

for (const [kind, open] of Object.entries(KINDS)) {
  Deno.test(`cp out of a ${kind} container: files, folders, what they hold, links`, async () => {
    await using subject = await open();
    const { host } = subject;
    const text = (name: string) => Deno.readTextFile(`${host.directory}/${name}`);
    await host.ok(["cp", "web:/dir/one", "new"]);
    assert.equal(await text("new"), "one\n");
    await host.write("old", "old");
    await host.ok(["cp", "web:dir/one", "old"]);
    assert.equal(await text("old"), "one\n");
    await host.ok(["cp", "web:/dir", "copy"]);
    assert.equal(await text("copy/sub/two"), "two\n");
    await host.ok(["cp", "web:/dir", "copy"]);
    assert.equal(await text("copy/dir/sub/two"), "two\n");
    await Deno.mkdir(`${host.directory}/contents`, { mode: 0o750 });
    await host.ok(["cp", "web:/dir/.", "contents/"]);
    assert.equal(await text("contents/sub/two"), "two\n");
    assert.equal((await Deno.stat(`${host.directory}/contents`)).mode! & 0o777, 0o750);

    await host.ok(["cp", "web:/link", "link"]);
    assert.equal(await Deno.readLink(`${host.directory}/link`), "/dir/one");
    await host.ok(["cp", "-L", "web:/link", "followed"]);
    assert.equal(await text("followed"), "one\n");
    await host.ok(["cp", "web:/data/in", "volume"]);
    assert.equal(await text("volume"), "vol\n");
    await host.ok(["cp", "web:/etc/hostname", "hostname"]);
    assert.match(await text("hostname"), /^[0-9a-f]{12}\n$/);
    assert.deepEqual(await mountsBelow([`${host.data}/volumes`]), []);
  });

  Deno.test(`cp into a ${kind} container: files, folders, what they hold, links`, async () => {
    await using subject = await open();
    const { host, sh } = subject;
    await runOk([
      "sh",
      "-ec",
      "mkdir -p src/sub; echo A >src/a; echo B >src/sub/b; chown -R 5:6 src; chmod 4755 src/a; ln -s a src/l; chmod 700 src",
    ], {
      cwd: host.directory,
    });
    await host.ok(["cp", "src/a", "web:/dir"]);
    await host.ok(["cp", "src/a", "web:/dir/one"]);
    await host.ok(["cp", "src", "web:/fresh"]);
    await host.ok(["cp", "src", "web:/dir/sub"]);
    await host.ok(["cp", "src/.", "web:/"]);
    await host.ok(["cp", "src/sub/b", "web:/data"]);
    await host.ok(["cp", "-a", "src/a", "web:/owned"]);
    await host.ok(["cp", "src/l", "web:/copied-link"]);
    await host.ok(["cp", "-L", "src/l", "web:/followed"]);
    await host.ok(["cp", "src/sub/b", "web:/data/etc/through"]);
    assert.equal(
      await sh(
        "cat /dir/a /dir/one /fresh/sub/b /dir/sub/src/a /a /sub/b /data/b /followed /etc/through; readlink /copied-link; " +
          "stat -c '%a %u:%g %n' /dir/a /fresh /owned / /data/b",
      ),
      "A\nA\nB\nA\nA\nB\nB\nA\nB\na\n4755 0:0 /dir/a\n700 0:0 /fresh\n4755 5:6 /owned\n755 0:0 /\n644 0:0 /data/b",
    );
  });

  Deno.test(`cp of tar archives out of and into a ${kind} container`, async () => {
    await using subject = await open();
    const { host, sh } = subject;
    const pipe =
      'exec 3>&1; "$0" cp web:/dir - >out.tar; "$0" cp web:/dir/. - >contents.tar; "$0" cp web:/dir/one - >one.tar';
    await runOk(["sh", "-ec", pipe, BUDGIE], { env: host.env, cwd: host.directory });
    const list = (file: string) => runOk(["tar", "-tf", `${host.directory}/${file}`]);
    assert.equal(await list("out.tar"), "dir/\ndir/one\ndir/sub/\ndir/sub/two\ndir/up\n");
    assert.equal(await list("contents.tar"), "./\n./one\n./sub/\n./sub/two\n./up\n");
    assert.equal(await list("one.tar"), "one\n");
    assert.match(
      await runOk(["tar", "-tvf", `${host.directory}/out.tar`, "--numeric-owner"]),
      / 12\/34 .* dir\/sub\/two/,
    );

    const archive = tar([
      { name: "./", mode: 0o700 },
      { name: "from-tar/", uid: 7, gid: 8 },
      { name: "from-tar/file", content: "tarred\n", uid: 7, gid: 8 },
      { name: "from-tar/hard", type: "hardlink", linkTarget: "from-tar/file" },
    ]);
    await host.ok(["cp", "-", "web:/dir/sub"], { stdin: archive });
    await host.ok(["cp", "-a", "-", "web:/"], { stdin: gzipSync(archive) });
    assert.equal(
      await sh(
        "cat /dir/sub/from-tar/hard /from-tar/hard; stat -c '%a %u:%g %h' / /dir/sub/from-tar/file /from-tar/file",
      ),
      "tarred\ntarred\n755 0:0 18\n644 0:0 2\n644 7:8 2".replace("18", (await sh("stat -c %h /")).trim()),
    );
    await refused(
      host.budgie(["cp", "-", "web:/dir/one"], { stdin: archive }),
      /destination must be a directory/,
    );
    await refused(
      host.budgie(["cp", "-", "web:/dir"], { stdin: "no tar".repeat(1000) }),
      /^Error: Cannot read the tar/m,
    );
  });

  Deno.test(`cp refuses what docker refuses (${kind})`, async () => {
    await using subject = await open();
    const { host } = subject;
    const cp = (...args: string[]) => host.budgie(["cp", ...args]);
    await host.write("file", "x");
    await Deno.mkdir(`${host.directory}/folder/one`, { recursive: true });
    await refused(cp("web:/no-such", "x"), /^Error: Could not find the file \/no-such in container web$/m);
    await refused(cp("web:/dir/one/", "x"), /Could not find|not a directory/);
    await refused(cp("no-such-file", "web:/"), /^Error: Cannot copy 'no-such-file': there is no such file$/m);
    await refused(cp("no-such:/x", "x"), /^Error: No such container: no-such$/m);
    await refused(cp("file", "web:/no/such"), /there is no directory '\/no'/);
    await refused(cp("file", "web:/new/"), /there is no directory 'web:\/new\/'/);
    await refused(cp("folder", "web:/dir/one"), /it is a directory, and 'web:\/dir\/one' is not/);
    await refused(cp("web:/dir", "file"), /it is a directory, and 'file' is not/);
    await refused(cp("web:/dir/one", "no/such"), /there is no directory 'no'/);
    await refused(cp("web:/dir/one", "/dev/null"), /neither a file nor a directory/);
    await refused(
      cp("folder/.", "web:/dir"),
      /Cannot copy 'dir\/one': it is a directory, and something in its way/,
    );
    await refused(cp("web:/x", "web:/y"), /copying between containers is not supported/);
    await refused(cp("a", "b"), /must specify at least one container source/);
    await refused(cp("web:", "b"), /it is not CONTAINER:PATH/, 125);
    assert.equal(await Deno.readTextFile(`${host.directory}/file`), "x");
  });
}

Deno.test("cp from and to what only a running container has", async () => {
  await using subject = await running();
  const { host, sh } = subject;
  await host.write("file", "x\n");
  await host.ok(["cp", "web:/mem/in", "mem"]);
  assert.equal(await Deno.readTextFile(`${host.directory}/mem`), "mem\n");
  await host.ok(["cp", "file", "web:/mem/file"]);
  assert.equal(await sh("cat /mem/file"), "x");
  await refused(host.budgie(["cp", "web:/proc/version", "x"]), /the kernel makes it up/);
  await refused(host.budgie(["cp", "file", "web:/proc/x"]), /'\/proc' is the kernel's/);
  await refused(host.budgie(["cp", "file", "web:/sys/x"]), /is mounted read-only/);
  await refused(
    host.budgie(["cp", "file", "web:/etc/hosts"]),
    /Cannot copy 'etc\/hosts': something is mounted there/,
  );
});

Deno.test("cp into what a stopped container does not have is refused", async () => {
  await using subject = await stopped();
  const { host } = subject;
  await host.write("file", "x\n");
  for (const path of ["/mem/file", "/dev/file", "/proc/file"]) {
    await refused(
      host.budgie(["cp", "file", `web:${path}`]),
      /only there while the container runs|the kernel's/,
    );
  }
  assert.equal(await host.ok(["diff", "web"]).then((text) => text.match(/file/g)), null);
});

Deno.test("cp of the whole root takes no file of the kernel's", async () => {
  await using subject = await running();
  const { host } = subject;
  await host.ok(["cp", "web:/", "root"]);
  assert.equal(await Deno.readTextFile(`${host.directory}/root/data/in`), "vol\n");
  assert.equal(await Deno.readTextFile(`${host.directory}/root/mem/in`), "mem\n");
  for (const folder of ["proc", "sys"]) {
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.directory}/root/${folder}`)), []);
  }
});

Deno.test("cp into what is read-only is refused, and elsewhere is not", async () => {
  await using host = await openHost();
  await host.write("file", "x\n");
  await Deno.mkdir(`${host.directory}/bound`);
  const run = [
    "--name",
    "web",
    "--read-only",
    "-v",
    "data:/data:ro",
    "-v",
    `${host.directory}/bound:/tmp/bound`,
  ];
  const check = async () => {
    await refused(host.budgie(["cp", "file", "web:/file"]), /the container's root file system is read-only/);
    await refused(host.budgie(["cp", "file", "web:/data/file"]), /'\/data' is mounted read-only/);
    await host.ok(["cp", "file", "web:/tmp/bound/file"]);
    assert.equal(await Deno.readTextFile(`${host.directory}/bound/file`), "x\n");
    await Deno.remove(`${host.directory}/bound/file`);
    // The archive's own links lead there only once it is being unpacked.
    const around = tar([{ name: "link", type: "symlink", linkTarget: "/data" }, {
      name: "link/file",
      content: "x",
    }]);
    await refused(
      host.budgie(["cp", "-", "web:/tmp/bound"], { stdin: around }),
      /file system there is read-only/,
    );
    await Deno.remove(`${host.directory}/bound/link`);
  };
  {
    await using _web = await runInBackground(host, [...run, "busybox", "sleep", "1000"]);
    await check();
  }
  await check();
});

Deno.test("cp out gives the caller no power that the container chose", async () => {
  await using host = await openHost({ images: ["debian"] });
  await host.ok(["run", "--name", "web", "debian", "true"]);
  const result = await host.budgie(["cp", "web:/opt/special", "out"]);
  assert.equal(result.code, 0, show(result));
  assert.match(result.stderr, /'out\/null' is a device: it was left out/);
  const setuid = await Deno.stat(`${host.directory}/out/setuid`);
  assert.deepEqual([setuid.mode! & 0o7777, setuid.uid, setuid.gid], [0o755, 0, 0]);
  assert.equal(await runOk(["getcap", `${host.directory}/out/capable`]), "");
  assert.equal((await Deno.stat(`${host.directory}/out/link`)).nlink, 2);
  await host.ok(["cp", "-a", "web:/opt/special", "archive"]);
  const kept = await Deno.stat(`${host.directory}/archive/setuid`);
  assert.deepEqual([kept.mode! & 0o7777, kept.uid, kept.gid], [0o4755, 12, 34]);
  assert.match(await runOk(["getcap", `${host.directory}/archive/capable`]), /cap_net_raw/);
});

const OUTSIDE: [string, TarEntry[]][] = [
  ["'..' in a name", [{ name: "../../../../../../../../../../var/tmp/escaped", content: "x" }]],
  ["a hard link with '..'", [{ name: "h", type: "hardlink", linkTarget: "../../../../../../etc/passwd" }]],
];

for (const [what, entries] of OUTSIDE) {
  Deno.test(`cp - refuses ${what}`, async () => {
    await using host = await openHost();
    await host.ok(["run", "--name", "web", "busybox", "true"]);
    await refused(host.budgie(["cp", "-", "web:/tmp"], { stdin: tar(entries) }), /has '\.\.' in it/);
    await assert.rejects(Deno.lstat("/var/tmp/escaped"));
  });
}

Deno.test("cp - stays in the container, wherever symbolic links in archive and container point", async () => {
  await using host = await openHost();
  const target = `${host.directory}/outside`;
  await Deno.mkdir(target);
  const climb = "../".repeat(20);
  const script = `mkdir -p ${target}; ln -s ${climb}${
    target.slice(1)
  } /tmp/climbs; ln -s ${target} /tmp/absolute`;
  await host.ok(["run", "--name", "web", "busybox", "sh", "-c", script]);
  const archive = tar([
    { name: "climbs/one", content: "inside" },
    { name: "absolute/two", content: "inside" },
    { name: "own", type: "symlink", linkTarget: `${climb}${target.slice(1)}` },
    { name: "own/three", content: "inside" },
  ]);
  await host.ok(["cp", "-", "web:/tmp"], { stdin: archive });
  await host.write("file", "inside");
  await host.ok(["cp", "file", "web:/tmp/absolute/four"]);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(target)), []);
  await host.ok(["cp", `web:${target}`, "copied"]);
  const names = await Array.fromAsync(Deno.readDir(`${host.directory}/copied`), ({ name }) => name);
  assert.deepEqual(names.sort(), ["four", "one", "three", "two"]);
  // A source that leads outside is looked for inside.
  await refused(
    host.budgie(["cp", "-L", "web:/tmp/absolute/../../../../../../../no-such", "x"]),
    /Could not find/,
  );
});

Deno.test("cp out stays in the destination, whatever the container puts there", async () => {
  await using host = await openHost();
  await host.ok([
    "run",
    "--name",
    "web",
    "busybox",
    "sh",
    "-c",
    `mkdir /d; ln -s ${host.directory}/outside /d/link; mkdir -p /e/link; echo x >/e/link/file`,
  ]);
  await Deno.mkdir(`${host.directory}/outside`);
  await host.ok(["cp", "web:/d", "out"]);
  assert.equal(await Deno.readLink(`${host.directory}/out/link`), `${host.directory}/outside`);
  await refused(host.budgie(["cp", "web:/e/.", "out"]), /something in its way is none/);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.directory}/outside`)), []);
});

Deno.test("cp holds its own against a container that changes what is copied", async () => {
  await using host = await openHost();
  const secret = await host.write("secret", "of the host\n");
  // A folder and a symlink to the host's file take turns under one name.
  const script =
    `mkdir -p /a/real ${host.directory}; echo mine >/a/real/secret; cd /a; ln -s ${host.directory} sly; ` +
    "while :; do mv real name; mv name real; mv sly name; mv name sly; done";
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
  for (let round = 0; round < 12; round++) {
    await host.budgie(["cp", "web:/a/name/secret", `out-${round}`]);
    await host.budgie(["cp", secret, `web:/a/name/written-${round}`]);
    const copied = await Deno.readTextFile(`${host.directory}/out-${round}`).catch(() => "mine\n");
    assert.equal(copied, "mine\n");
  }
  const names = await Array.fromAsync(Deno.readDir(host.directory), ({ name }) => name);
  assert.deepEqual(names.filter((name) => name.startsWith("written")), []);
});

Deno.test("cp says on a terminal what it copied, unless it is to be quiet", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "web", "busybox", "true"]);
  await using terminal = await host.terminal(["cp", "web:/etc/passwd", `${host.directory}/x`]);
  await terminal.until(/Successfully copied \d+B to /);
  assert.equal(await terminal.ended, 0);
  await using stream = await host.terminal(["cp", "web:/etc/passwd", "-"]);
  await stream.until("cowardly refusing to save to a terminal");
  assert.equal(await stream.ended, 1);
});

Deno.test("cp, export and commit are events", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "web", "busybox", "true"]);
  await host.ok(["cp", "web:/etc/passwd", "x"]);
  await host.ok(["cp", "x", "web:/tmp/y"]);
  await host.ok(["export", "-o", "x.tar", "web"]);
  await host.ok(["commit", "-m", "why", "web"]);
  const lines = (await Deno.readTextFile(`${host.data}/events.jsonl`)).trim().split("\n");
  const events = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "container");
  const own = events.map(({ action, attributes: { path, comment } }) => [action, path ?? comment]);
  const wanted = [["archive-path", "/etc/passwd"], ["extract-to-dir", "/tmp/y"], ["export", undefined], [
    "commit",
    "why",
  ]];
  assert.deepEqual(own.filter(([action]) => wanted.some(([name]) => name === action)), wanted);
});
