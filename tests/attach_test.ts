/** Attaching to a container that runs: its terminal, its pipes, and giving them back. */
import assert from "node:assert/strict";
import { type Host, openHost } from "./fixture/host.ts";
import { run, show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

const TICKS = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done";

/** Starts a shell in the background that has a terminal. */
async function shellInBackground(host: Host): Promise<void> {
  await host.ok(["run", "-dit", "--name", "box", "busybox", "sh"]);
}

async function status(host: Host): Promise<string> {
  return await host.ok(["ps", "-a", "--format", "{{.Status}}"]);
}

/** `budgie attach ARGS` once its first output has come; `shown` is all of it. */
async function attachInBackground(host: Host, args: string[]) {
  const child = host.spawn(["attach", ...args]);
  let output = "";
  const read = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) output += text;
  })();
  await eventually("its first output", () => output !== "");
  const ended = Promise.all([child.status, read, child.stderr.cancel()]);
  return { child, ended: ended.then(([{ code }]) => ({ code, output })) };
}

/** What the container has logged is 1, 2, 3 … without a gap. */
async function assertNoLineMissing(host: Host, atLeast: number): Promise<void> {
  const lines = (await host.ok(["logs", "ticks"])).split(/\r?\n/).map(Number);
  const first = lines.findIndex((line, index) => line !== index + 1);
  assert.equal(first, -1, `${lines.slice(Math.max(0, first - 3), first + 3)}`);
  assert.ok(lines.length >= atLeast, `${lines.length} lines`);
}

async function linesLogged(host: Host): Promise<number> {
  return Number(await host.ok(["logs", "--tail", "1", "ticks"]));
}

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`attach gives us the terminal, and ctrl-p ctrl-q gives it back, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    await shellInBackground(host);
    await using first = await host.terminal(["attach", "box"]);
    await first.type("echo typed $((6 * 7))\r");
    await first.until("typed 42");
    await first.type("\x10\x11");
    assert.equal(await first.ended, 0);
    assert.match(await status(host), /^Up/);

    await using second = await host.terminal(["attach", "box"]);
    await second.type("exit 4\r");
    assert.equal(await second.ended, 4);
    assert.match(await status(host), /^Exited \(4\)/);
  });

  Deno.test(`attach gives the container our window's size, and follows it, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    await shellInBackground(host);
    await using terminal = await host.terminal(["attach", "box"], { columns: 71, rows: 19 });
    await terminal.type("stty size\r");
    await terminal.until(/^19 71\r$/m);
    await terminal.resize(93, 31);
    await eventually("the new size", async () => {
      await terminal.type("stty size\r");
      return /^31 93\r$/m.test(terminal.output);
    });
  });
}

Deno.test("attach --detach-keys leaves by other keys, and ctrl-p ctrl-q are the container's then", async () => {
  await using host = await openHost();
  await shellInBackground(host);
  await using terminal = await host.terminal(["attach", "--detach-keys", "ctrl-x,d", "box"]);
  await terminal.type("stty raw -echo; echo raw $((1 + 1)); cat -v\r");
  await terminal.until("raw 2");
  await terminal.type("\x10\x11\n");
  await terminal.until(/\^P\^Q/);
  await terminal.type("\x18d");
  assert.equal(await terminal.ended, 0);
  assert.match(await status(host), /^Up/);
});

Deno.test("run -it left by ctrl-p ctrl-q goes on in the daemon's care, and its log is whole", async () => {
  await using host = await openHost();
  await using terminal = await host.terminal(["run", "-it", "--name", "ticks", "busybox", "sh", "-c", TICKS]);
  await terminal.until(/^10\r$/m);
  await terminal.type("\x10\x11");
  assert.equal(await terminal.ended, 0);
  assert.ok(await host.daemon());
  const left = await linesLogged(host);
  await eventually("more of it", async () => await linesLogged(host) > left + 5);
  await host.ok(["stop", "-t", "0", "ticks"]);
  await assertNoLineMissing(host, 15);
});

Deno.test("attach without a terminal shows the output from now on, and a signal to it is the container's", async () => {
  await using host = await openHost();
  const script = "echo before; trap 'echo told; exit 7' TERM; while :; do sleep 0.05; echo tick; done";
  await host.ok(["run", "-d", "--name", "job", "busybox", "sh", "-c", script]);
  await eventually("it has begun", async () => /tick/.test(await host.ok(["logs", "job"])));
  const attached = await attachInBackground(host, ["job"]);
  attached.child.kill("SIGTERM");
  const { code, output } = await attached.ended;
  assert.equal(code, 7);
  assert.match(output, /^(tick\n)*told\n$/);
  assert.match(await status(host), /^Exited \(7\)/);
});

Deno.test("attach --sig-proxy=false: a signal ends attach alone", async () => {
  await using host = await openHost();
  await host.ok(["run", "-d", "--name", "ticks", "busybox", "sh", "-c", `trap 'exit 7' TERM; ${TICKS}`]);
  const attached = await attachInBackground(host, ["--sig-proxy=false", "ticks"]);
  attached.child.kill("SIGTERM");
  assert.equal((await attached.ended).code, 143);
  assert.match(await status(host), /^Up/);
  await host.ok(["stop", "-t", "0", "ticks"]);
  await assertNoLineMissing(host, 1);
});

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`the end of attach's input is not the end of the container's, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    const script = 'while read -r line; do echo "got $line"; [ "$line" = stop ] && exit 5; done; exit 9';
    await host.ok(["run", "-di", "--name", "box", "busybox", "sh", "-c", script]);
    // It does not end with its input: it shows the output until it is told to go.
    const first = host.spawn(["attach", "--sig-proxy=false", "box"], { stdin: "piped" });
    const writer = first.stdin.getWriter();
    await writer.write(new TextEncoder().encode("one\n"));
    await writer.close();
    await eventually("the line has come", async () => /got one/.test(await host.ok(["logs", "box"])));
    first.kill("SIGTERM");
    await first.output();
    assert.match(await status(host), /^Up/);

    const second = await host.budgie(["attach", "box"], { stdin: "two\nstop\n" });
    assert.deepEqual(second, { code: 5, stdout: "got two\ngot stop\n", stderr: "" });
  });
}

Deno.test("a second attach at the same time is refused, and says why", async () => {
  await using host = await openHost();
  await shellInBackground(host);
  await using terminal = await host.terminal(["attach", "box"]);
  await terminal.type("echo ready $((1 + 1))\r");
  await terminal.until("ready 2");
  const second = await host.budgie(["attach", "--no-stdin", "box"]);
  assert.equal(second.code, 1, show(second));
  assert.match(
    second.stderr,
    /^Error: Cannot attach to 'box': another command has its streams\nhint: .*detach keys/,
  );
  await terminal.type("exit 0\r"); // the first is not disturbed
  assert.equal(await terminal.ended, 0);
});

Deno.test("attach to a container that is stopped, paused or missing is refused", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  await host.ok(["run", "-d", "--name", "still", "busybox", "sleep", "1000"]);
  await host.ok(["pause", "still"]);
  const answers = [
    ["done", /^Error: Cannot attach to 'done': it is exited\nhint: .*budgie start -a done/],
    ["still", /^Error: Cannot attach to 'still': it is paused\nhint: .*budgie unpause still/],
    ["no-such", /^Error: No such container: no-such/],
  ] as const;
  for (const [name, message] of answers) {
    const result = await host.budgie(["attach", name]);
    assert.equal(result.code, 1, show(result));
    assert.match(result.stderr, message);
  }
});

for (const flags of [[], ["-t"]]) {
  const kind = flags.length > 0 ? "with a terminal" : "without a terminal";
  Deno.test(`after a SIGKILL of attach the daemon has the streams, and no line is missing, ${kind}`, async () => {
    await using host = await openHost();
    // It never waits: attach and the daemon are always in the middle of its lines.
    const flood = "i=0; while :; do i=$((i+1)); echo $i; done";
    const log = ["--log-opt", "max-size=100m"];
    await host.ok(["run", "-d", ...flags, ...log, "--name", "ticks", "busybox", "sh", "-c", flood]);
    for (let round = 0; round < 20; round++) {
      const attached = await attachInBackground(host, ["--no-stdin", "ticks"]);
      attached.child.kill("SIGKILL");
      await attached.ended;
      if (round % 5 === 0) Deno.kill((await host.daemon())!, "SIGKILL");
    }
    const before = await linesLogged(host);
    await eventually("the log goes on", async () => await linesLogged(host) > before + 5);
    await host.ok(["stop", "-t", "0", "ticks"]);
    await assertNoLineMissing(host, 1_000);
  });
}

Deno.test("attach works after the daemon was killed, and brings a new one", async () => {
  await using host = await openHost();
  await host.ok(["run", "-d", "--name", "ticks", "busybox", "sh", "-c", TICKS]);
  Deno.kill((await host.daemon())!, "SIGKILL");
  const shown = await run(["sh", "-c", '"$@" | head -n 3', "sh", ...host.command(["attach", "ticks"])], {
    env: host.env,
  });
  assert.equal(shown.stdout.split("\n").length, 4, show(shown));
  await eventually("a daemon", async () => await host.daemon() !== undefined);
  const before = await linesLogged(host);
  await eventually("the log goes on", async () => await linesLogged(host) > before + 5);
  await host.ok(["stop", "-t", "0", "ticks"]);
  await assertNoLineMissing(host, 8);
});
