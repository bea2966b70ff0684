import assert from "node:assert/strict";
import { exists } from "../src/base/optional_file.ts";
import { runInBackground } from "./fixture/background.ts";
import { openDisk } from "./fixture/disk.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { run, show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("logs prints what a foreground run wrote, each stream to its own", async () => {
  await using host = await openHost();
  await host.ok([
    "run",
    "--name",
    "one",
    "busybox",
    "sh",
    "-c",
    "echo out; echo err >&2; printf 'no newline'",
  ]);
  assert.deepEqual(await host.budgie(["logs", "one"]), {
    code: 0,
    stdout: "out\nno newline",
    stderr: "err\n",
  });
});

Deno.test("logs --tail and -t choose lines and add times", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "busybox", "seq", "100"]);
  assert.equal(await host.ok(["logs", "--tail", "2", "one"]), "99\n100");
  assert.equal((await host.ok(["logs", "-n", "all", "one"])).split("\n").length, 100);
  assert.match(
    await host.ok(["logs", "-t", "-n", "1", "one"]),
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z 100$/,
  );
});

Deno.test("logs --since and --until choose by time", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "busybox", "sh", "-c", "echo early; sleep 2; echo late"]);
  const times = (await host.ok(["logs", "-t", "one"])).split("\n").map((line) => line.split(" ")[0]);
  const between = new Date((Date.parse(times[0]) + Date.parse(times[1])) / 2).toISOString();
  assert.equal(await host.ok(["logs", "--since", between, "one"]), "late");
  assert.equal(await host.ok(["logs", "--until", between, "one"]), "early");
});

Deno.test("logs -f goes on until the container ends", async () => {
  await using host = await openHost();
  const script = "echo one; while [ ! -e /go ]; do sleep 0.1; done; echo two";
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
  const child = host.spawn(["logs", "-f", "web"]);
  let output = "";
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) output += text;
  })();
  await eventually("the first line", () => output === "one\n");
  await host.ok(["exec", "web", "touch", "/go"]);
  await reading;
  assert.equal(output, "one\ntwo\n");
  assert.equal((await child.status).code, 0);
  await child.stderr.cancel();
  await web.ended;
});

const SMALL = ["--log-opt", "max-size=64k"];
const MAX_SIZE = 64 * 1024;
const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`);

/** The sizes of the files of a container's log. */
function logSizes(host: Host, id: string): number[] {
  const folder = `${host.data}/containers/${id}`;
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => /^log/.test(name));
  return names.map((name) => Deno.statSync(`${folder}/${name}`).size);
}

/** What a command prints, as it comes. */
function reading(child: Deno.ChildProcess) {
  const [out, err] = [[""], [""]];
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>, into: string[]) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) into[0] += text;
  };
  const all = Promise.all([read(child.stdout, out), read(child.stderr, err), child.status]);
  return {
    get stdout() {
      return out[0];
    },
    ended: all.then(([, , { code }]) => ({ code, stdout: out[0], stderr: err[0] })),
  };
}

for (
  const [what, script] of [
    ["empty lines", "yes '' | head -n 50000; echo last"],
    ["lines of one byte", "yes | head -n 50000; echo last"],
    ["an endless line", "yes | tr -d '\\n' | head -c 3000000; echo; echo last"],
  ]
) {
  Deno.test(`a log of ${what} stays within its bounds`, async () => {
    await using host = await openHost();
    await host.ok([
      "run",
      "--name",
      "one",
      ...SMALL,
      "--log-opt",
      "max-file=2",
      "busybox",
      "sh",
      "-c",
      script,
    ]);
    const sizes = logSizes(host, await host.ok(["inspect", "-f", "{{.Id}}", "one"]));
    assert.equal(sizes.length, 2);
    assert.ok(sizes.every((size) => size > 0 && size <= MAX_SIZE), `${sizes}`);
    assert.equal(await host.ok(["logs", "-n", "1", "one"]), "last");
    const lines = (await host.ok(["logs", "one"])).length;
    assert.ok(lines > 1000, `${lines}`);
  });
}

Deno.test("logs shows bytes that are no text as they were, over all files of the log", async () => {
  await using host = await openHost();
  await Deno.mkdir(`${host.directory}/blobs`);
  const content = crypto.getRandomValues(new Uint8Array(60_000));
  await Deno.writeFile(`${host.directory}/blobs/blob`, content);
  const volume = ["-v", `${host.directory}/blobs:/data`];
  await host.ok([
    "run",
    "--name",
    "b",
    ...SMALL,
    ...volume,
    "busybox",
    "sh",
    "-c",
    "cat /data/blob /data/blob",
  ]);
  assert.ok(logSizes(host, await host.ok(["inspect", "-f", "{{.Id}}", "b"])).length > 1);
  const { stdout } = await host.spawn(["logs", "b"]).output();
  assert.deepEqual(stdout, new Uint8Array([...content, ...content]));
});

Deno.test("logs --tail counts over all files of the log", async () => {
  await using host = await openHost();
  await host.ok([
    "run",
    "--name",
    "one",
    ...SMALL,
    "--log-opt",
    "max-file=10",
    "busybox",
    "seq",
    "0",
    "9999",
  ]);
  for (const tail of [1, 2000, 5000, 10_000, 20_000]) {
    const lines = (await host.ok(["logs", "--tail", `${tail}`, "one"])).split("\n");
    assert.deepEqual(lines, range(Math.max(0, 10_000 - tail), 10_000), `${tail}`);
  }
});

Deno.test("logs --stdout and --stderr choose a stream, also for --tail", async () => {
  await using host = await openHost();
  const script = "echo one; echo two >&2; echo three; echo four >&2";
  await host.ok(["run", "--name", "one", "busybox", "sh", "-c", script]);
  const logs = async (...flags: string[]) => {
    const { stdout, stderr } = await host.budgie(["logs", ...flags, "one"]);
    return [stdout, stderr];
  };
  assert.deepEqual(await logs("--stdout"), ["one\nthree\n", ""]);
  assert.deepEqual(await logs("--stderr", "-n", "1"), ["", "four\n"]);
  assert.deepEqual(await logs("--stdout", "--stderr"), ["one\nthree\n", "two\nfour\n"]);
});

Deno.test("logs -f over many fast rotations loses no line and shows none twice", async () => {
  await using host = await openHost();
  const burst = "n=0; while [ $n -lt 200000 ]; do seq $n $((n + 1999)); n=$((n + 2000)); usleep 20000; done";
  const script = `while [ ! -e /go ]; do sleep 0.1; done; ${burst}`;
  const bounds = [...SMALL, "--log-opt", "max-file=40"];
  await using web = await runInBackground(host, ["--name", "web", ...bounds, "busybox", "sh", "-c", script]);
  const following = reading(host.spawn(["logs", "-f", "web"]));
  await host.ok(["exec", "web", "touch", "/go"]);
  const { code, stdout, stderr } = await following.ended;
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout.length, 1_288_890);
  assert.ok(stdout === range(0, 200_000).map((line) => `${line}\n`).join(""));
  assert.ok(logSizes(host, web.id).reduce((sum, size) => sum + size) <= 40 * MAX_SIZE);
});

Deno.test("logs -f drains a container that nobody else does, to its end", async () => {
  await using host = await openHost();
  const script = "while [ ! -e /go ]; do sleep 0.1; done; seq 100000; echo over";
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
  web.child.kill("SIGKILL");
  await web.ended;
  const following = reading(host.spawn(["logs", "-f", "web"]));
  await host.ok(["exec", "web", "touch", "/go"]);
  const { code, stdout } = await following.ended;
  assert.deepEqual([code, stdout.split("\n").length], [0, 100_002]);
  assert.match(await host.ok(["ps", "-a", "--format", "{{.Status}}"]), /^Exited \(0\)/);
});

Deno.test("logs -f of a container of --rm shows all, and ends with it", async () => {
  await using host = await openHost();
  const script = "while [ ! -e /go ]; do sleep 0.1; done; seq 5000";
  await using _web = await runInBackground(host, ["--rm", "--name", "web", "busybox", "sh", "-c", script]);
  const following = reading(host.spawn(["logs", "-f", "web"]));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await host.ok(["exec", "web", "touch", "/go"]);
  const { code, stdout } = await following.ended;
  assert.deepEqual([code, stdout.split("\n").slice(0, -1)], [0, range(1, 5001)]);
});

Deno.test("logs -f ends at the time of --until, and at once with a container that does not run", async () => {
  await using host = await openHost();
  await using _web = await runInBackground(host, [
    "--name",
    "web",
    "busybox",
    "sh",
    "-c",
    "echo up; sleep 60",
  ]);
  const soon = new Date(Date.now() + 1500).toISOString();
  assert.equal(await host.ok(["logs", "-f", "--until", soon, "web"], { timeoutMs: 10_000 }), "up");
  await host.ok(["run", "--name", "one", "busybox", "echo", "done"]);
  assert.equal(await host.ok(["logs", "-f", "one"], { timeoutMs: 10_000 }), "done");
});

Deno.test("logs -f is ended by SIGINT, also when nobody reads what it prints", async () => {
  await using host = await openHost();
  const script = "echo up; seq 1000000; sleep 60";
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
  for (const words of [["--tail", "1"], []]) {
    const child = host.spawn(["logs", "-f", ...words, "web"]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill("SIGINT");
    assert.equal((await child.status).code, 130);
    await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  }
});

Deno.test("logs of several containers are one, in the order of time, each line behind its name", async () => {
  await using host = await openHost();
  const say = (...words: string[]) => words.map((word) => `echo ${word}; sleep 1`).join("; ");
  await Promise.all([
    host.ok(["run", "--name", "web", "busybox", "sh", "-c", say("1", "3")]),
    host.ok(["run", "--name", "other", "busybox", "sh", "-c", `sleep 0.5; ${say("2", "4")}; echo err >&2`]),
  ]);
  const expected = "web   | 1\nother | 2\nweb   | 3\nother | 4\n";
  const result = await host.budgie(["logs", "web", "missing", "other"]);
  assert.deepEqual([result.code, result.stdout], [1, expected], show(result));
  assert.equal(result.stderr, "Error: No such container: missing\nother | err\n");
  assert.equal(await host.ok(["logs", "--no-log-prefix", "-n", "1", "--stdout", "web", "other"]), "3\n4");
});

Deno.test("logs -f of several containers goes on until the last of them has ended", async () => {
  await using host = await openHost();
  const wait = "while [ ! -e /go ]; do sleep 0.1; done";
  await using one = await runInBackground(host, [
    "--name",
    "one",
    "busybox",
    "sh",
    "-c",
    `${wait}; printf 1`,
  ]);
  await using two = await runInBackground(host, ["--name", "two", "busybox", "sh", "-c", `${wait}; echo 2`]);
  const following = reading(host.spawn(["logs", "-f", "one", "two"]));
  await host.ok(["exec", one.id, "touch", "/go"]);
  await eventually("the end of the first", () => following.stdout === "one | 1\n");
  await host.ok(["exec", two.id, "touch", "/go"]);
  assert.deepEqual(await following.ended, { code: 0, stdout: "one | 1\ntwo | 2\n", stderr: "" });
});

Deno.test("logs of several containers at a terminal have coloured names, unless told otherwise", async () => {
  await using host = await openHost();
  for (const name of ["one", "two"]) await host.ok(["run", "--name", name, "busybox", "echo", "hello"]);
  const shown = async (flags: string[], env = {}) => {
    await using terminal = await host.terminal(["logs", ...flags, "one", "two"], { env });
    assert.equal(await terminal.ended, 0);
    return terminal.output;
  };
  // deno-lint-ignore no-control-regex
  assert.match(await shown([]), /^\x1b\[\d+mone \| \x1b\[0mhello\r\n\x1b\[\d+mtwo \| \x1b\[0mhello\r\n$/);
  assert.equal(await shown(["--no-color"]), "one | hello\r\ntwo | hello\r\n");
  assert.equal(await shown([], { NO_COLOR: "1" }), "one | hello\r\ntwo | hello\r\n");
});

Deno.test("--log-driver none keeps no log, and logs says so", async () => {
  await using host = await openHost();
  assert.equal(
    await host.ok(["run", "--name", "one", "--log-driver", "none", "busybox", "echo", "hello"]),
    "hello",
  );
  assert.equal(await host.ok(["inspect", "-f", "{{.HostConfig.LogConfig.Type}}", "one"]), "none");
  const result = await host.budgie(["logs", "one"]);
  assert.deepEqual([result.code, result.stdout], [1, ""]);
  assert.match(result.stderr, /^Error: Cannot show the logs of 'one': it keeps none\n/);
});

Deno.test("what the log may take is settled at creation, from flags over the environment", async () => {
  await using host = await openHost({ env: { BUDGIE_LOG_MAX_SIZE: "100k", BUDGIE_LOG_MAX_FILES: "4" } });
  const config = async (...flags: string[]) => {
    await host.ok(["run", "--name", "one", ...flags, "busybox", "true"]);
    const shown = await host.ok(["inspect", "-f", "{{.HostConfig.LogConfig}}", "one"]);
    await host.ok(["rm", "one"]);
    return shown;
  };
  assert.equal(await config(), "{cri map[max-file:4 max-size:100k]}");
  const flags = ["--log-driver", "json-file", "--log-opt", "max-size=20m"];
  assert.equal(await config(...flags), "{cri map[max-file:4 max-size:20m]}");
  for (
    const bad of [["--log-driver", "syslog"], ["--log-opt", "max-size=-1"], ["--log-opt", "mode=blocking"]]
  ) {
    assert.equal((await host.budgie(["run", ...bad, "busybox", "true"])).code, 125, `${bad}`);
  }
});

Deno.test("a full disk: the log lacks lines, keeps those it has, and goes on when there is room", async () => {
  await using disk = await openDisk();
  await using host = await openHost({ env: { BUDGIE_DATA_DIR: `${disk.path}/data` } });
  await Deno.mkdir(`${host.directory}/shared`);
  const wait = (file: string) => `while [ ! -e /shared/${file} ]; do sleep 0.1; done`;
  const script = `seq 3000; echo full; ${wait("full")}; seq 100000 110000; echo lost; >/shared/said; ${
    wait("room")
  }; echo after`;
  const args = ["--name", "web", ...SMALL, "-v", `${host.directory}/shared:/shared`, "busybox"];
  await using web = await runInBackground(host, [...args, "sh", "-c", script]);
  await eventually("the first lines", async () => (await host.ok(["logs", "-n", "1", "web"])) === "full");
  await disk.leave("0");
  await Deno.writeTextFile(`${host.directory}/shared/full`, "");
  await eventually("all is said", () => exists(`${host.directory}/shared/said`));
  await run(["sh", "-c", "sleep 2"]); // and read
  await Deno.remove(`${disk.path}/fill`);
  await Deno.writeTextFile(`${host.directory}/shared/room`, "");
  const { stdout, stderr } = await web.ended;
  assert.match(stdout, /lost\nafter\n$/);
  assert.match(stderr, /^Warning: 'budgie logs' will lack lines: .*[Nn]o space.*\n$/);
  const lines = (await host.ok(["logs", "web"])).split("\n");
  assert.deepEqual(lines.slice(0, 3001), [...range(1, 3001), "full"]);
  const fitted = lines.slice(3001, -1);
  const whole = fitted.filter((line) => /^\d{6}$/.test(line));
  assert.deepEqual(whole, range(100_000, 100_000 + whole.length));
  assert.ok(fitted.length - whole.length <= 1); // the end of a line whose beginning did not fit
  assert.equal(lines.at(-1), "after");
});

Deno.test("logs -f goes on over a restart by hand and by policy, and ends with stop", async () => {
  await using host = await openHost();
  const shared = `${host.directory}/shared`;
  await Deno.mkdir(shared);
  const script =
    "echo x >>/shared/runs; n=$(wc -l </shared/runs); i=0; while [ ! -e /shared/$n ]; do i=$((i+1)); " +
    "echo $n $i; sleep 0.02; done; exit 1";
  const volume = ["-v", `${shared}:/shared`, "busybox", "sh", "-c"];
  await host.ok([
    "run",
    "-d",
    "--name",
    "web",
    "--restart",
    "always",
    "--stop-signal",
    "KILL",
    ...volume,
    script,
  ]);
  const follower = host.spawn(["logs", "-f", "web"]);
  const output = follower.output();
  const runs = async () => (await Deno.readTextFile(`${shared}/runs`).catch(() => "")).length / 2;
  await eventually("the first run", async () => await runs() === 1);
  await host.ok(["restart", "web"]);
  await eventually("lines of the second run", async () => /^2 1$/m.test(await host.ok(["logs", "web"])));
  await Deno.writeTextFile(`${shared}/2`, "");
  await eventually("the third run", async () => await runs() === 3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await host.ok(["stop", "web"]);
  const { code, stdout } = await output;
  assert.equal(code, 0);
  const followed = new TextDecoder().decode(stdout);
  assert.equal(followed, (await host.budgie(["logs", "web"])).stdout);
  for (const run of [1, 2, 3]) {
    const lines = followed.split("\n").filter((line) => line.startsWith(`${run} `)).map((line) =>
      Number(line.slice(2))
    );
    assert.deepEqual(lines, lines.map((_, index) => index + 1));
    assert.ok(lines.length > 0, `run ${run}`);
  }
});
