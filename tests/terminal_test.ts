/** The user's terminal: lent to a container, and given back as it was. */
import assert from "node:assert/strict";
import { type Host, openHost } from "./fixture/host.ts";
import { BUDGIE } from "./fixture/paths.ts";
import { openTerminal, type Terminal } from "./fixture/terminal.ts";
import { eventually } from "./fixture/wait.ts";

/** A shell that says the terminal's mode before and after `budgie ARGS`, its PID and its exit code. */
async function watched(host: Host, args: string): Promise<Terminal> {
  const inner = `echo pid $$; exec ${BUDGIE} ${args}`;
  const script =
    `echo "mode $(stty -g)"; sh -c '${inner}'; echo "code $?"; echo "mode $(stty -g)"; echo over`;
  return await openTerminal(["sh", "-c", script], { env: host.env });
}

function assertRestored(terminal: Terminal): void {
  const [before, after] = [...terminal.output.matchAll(/mode (\S+)/g)].map((match) => match[1]);
  assert.ok(before);
  assert.equal(after, before, terminal.output);
}

function pidOf(terminal: Terminal): number {
  return Number(/pid (\d+)/.exec(terminal.output)![1]);
}

Deno.test("run -it gives the terminal back as it was, after a normal end", async () => {
  await using host = await openHost();
  await using terminal = await watched(host, 'run --rm -it busybox sh -c "stty -a; exit 3"');
  await terminal.until("over");
  assert.match(terminal.output, /code 3/);
  assertRestored(terminal);
});

Deno.test("run -it gives the terminal back when the container can't be started", async () => {
  await using host = await openHost();
  await using terminal = await watched(host, "run --rm -it busybox no-such-command");
  await terminal.until("over");
  assert.match(terminal.output, /code 127/);
  assertRestored(terminal);
});

for (
  const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129], ["SIGINT", 130], ["SIGQUIT", 131]] as const
) {
  Deno.test(`run -it told to go by ${signal} gives the terminal back, and the container goes on`, async () => {
    await using host = await openHost();
    await using terminal = await watched(
      host,
      'run --name box -it busybox sh -c "echo ready; exec sleep 1000"',
    );
    await terminal.until("ready");
    await eventually("raw mode", () => rawTerminal(pidOf(terminal)));
    Deno.kill(pidOf(terminal), signal);
    await terminal.until("over");
    assert.match(terminal.output, new RegExp(`code ${code}`));
    assertRestored(terminal);
    assert.match(await host.ok(["ps", "--format", "{{.Status}}"]), /^Up/);
  });
}

async function rawTerminal(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("stty", { args: ["-F", `/proc/${pid}/fd/0`, "-a"] }).output();
  return new TextDecoder().decode(stdout).includes("-icanon");
}

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`run -it passes every key on as a byte, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    const script = "stty raw -echo; echo ready; head -c 4 | od -An -tx1; exit 5";
    await using terminal = await host.terminal(["run", "--rm", "-it", "busybox", "sh", "-c", script]);
    await terminal.until("ready");
    await terminal.type("\x03\x1c\x1a\x04"); // Ctrl-C, Ctrl-\, Ctrl-Z, Ctrl-D
    await terminal.until(/03 1c 1a 04/);
    assert.equal(await terminal.ended, 5);
  });

  Deno.test(`run -t waits for a program that has let go of its terminal, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    const script = "exec >/dev/null 2>&1 </dev/null; sleep 1; exit 6";
    const started = Date.now();
    const { code } = await host.budgie(["run", "--rm", "-t", "busybox", "sh", "-c", script]);
    assert.equal(code, 6);
    assert.ok(Date.now() - started >= 1_000);
  });

  Deno.test(`run -t gives all output of a program that ends at once, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    const { stdout } = await host.budgie(["run", "--rm", "-t", "busybox", "seq", "20000"]);
    assert.equal(stdout.split("\r\n").length, 20_001);
  });
}

Deno.test("run -t without -i passes Ctrl-C on as a signal", async () => {
  await using host = await openHost();
  const script = 'trap "echo told; exit 7" INT; echo ready; while :; do sleep 0.05; done';
  await using terminal = await host.terminal(["run", "--rm", "-t", "busybox", "sh", "-c", script]);
  await terminal.until("ready");
  await terminal.type("\x03");
  await terminal.until("told");
  assert.equal(await terminal.ended, 7);
});
