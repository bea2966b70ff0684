/** Bytes through a foreground run: large, binary, slow, closed early; and signals that come early. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { openHost } from "./fixture/host.ts";
import { BUDGIE } from "./fixture/paths.ts";
import { run, show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("run -i passes 50 MB through, from a fast writer to a slow reader", async () => {
  await using host = await openHost();
  const child = host.spawn(["run", "--rm", "-i", "busybox", "cat"], { stdin: "piped" });
  const block = crypto.getRandomValues(new Uint8Array(65_536));
  const [sent, received] = [createHash("sha256"), createHash("sha256")];
  const writing = (async () => {
    const writer = child.stdin.getWriter();
    for (let count = 0; count < 800; count++) {
      block[0] = count;
      sent.update(block);
      await writer.write(block.slice());
    }
    await writer.close();
  })();
  let bytes = 0;
  for await (const chunk of child.stdout) {
    if (bytes % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    bytes += chunk.length;
    received.update(chunk);
  }
  await Promise.all([writing, child.stderr.cancel()]);
  assert.equal((await child.status).code, 0);
  assert.equal(bytes, 800 * 65_536);
  assert.equal(received.digest("hex"), sent.digest("hex"));
});

Deno.test("run passes binary output on unchanged, each stream for itself, and logs keeps it", async () => {
  await using host = await openHost();
  await Deno.mkdir(`${host.directory}/blobs`);
  const content = crypto.getRandomValues(new Uint8Array(60_000));
  await Deno.writeFile(`${host.directory}/blobs/blob`, content);
  const script = "cat /data/blob; cat /data/blob /data/blob >&2";
  const args = ["--name", "b", "-v", `${host.directory}/blobs:/data`, "busybox", "sh", "-c", script];
  for (const words of [["run", ...args], ["logs", "b"]]) {
    const { stdout, stderr } = await host.spawn(words).output();
    assert.deepEqual(stdout, content, words[0]);
    assert.deepEqual(stderr, new Uint8Array([...content, ...content]), words[0]);
  }
});

Deno.test("run -i ends when the container does, whatever its standard input is", async () => {
  await using host = await openHost();
  const file = await host.write("input", "from a file\n");
  const budgie = `${BUDGIE} run --rm -i busybox`;
  for (
    const [command, expected] of [
      [`${budgie} cat <${file}`, "from a file\n"],
      [`${budgie} cat </dev/null`, ""],
      [`${budgie} cat <&-`, ""],
      [`${budgie} cat </tmp`, ""],
      [`${budgie} cat 0>/dev/null`, ""],
      [`sleep 1 | ${budgie} true`, ""],
      [`yes | ${budgie} head -1`, "y\n"],
      [`yes | ${budgie} sh -c "exec <&-; sleep 0.3; echo over"`, "over\n"],
    ]
  ) {
    const result = await run(["sh", "-c", command], { env: host.env, timeoutMs: 20_000 });
    assert.deepEqual(result, { code: 0, stdout: expected, stderr: "" }, command);
  }
});

Deno.test("a run that waits uses no processor, whatever it waits for", async () => {
  await using host = await openHost();
  const file = await host.write("input", "x\n");
  const idle = `${BUDGIE} run --rm -i busybox sh -c "echo ready >&2; exec sleep 1000"`;
  const inputs = [
    `exec ${idle} </dev/null`,
    `exec ${idle} <${file}`,
    `yes | ${idle}`,
    `sleep 1000 | ${idle}`,
  ];
  const blocked = `${BUDGIE} run --rm busybox sh -c "echo ready >&2; exec yes"`; // we read nothing of it
  for (const command of [...inputs, `exec ${blocked}`]) {
    const child = new Deno.Command("setsid", {
      args: ["sh", "-c", command],
      env: host.env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const id = await eventually("running", async () => (await host.ok(["ps", "-q"])) || undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = await processorTicks(child.pid);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const used = await processorTicks(child.pid) - before;
    await Promise.all([host.ok(["rm", "-f", id]), child.stdout.cancel(), child.stderr.cancel()]);
    await new Deno.Command("pkill", { args: ["-s", String(child.pid)] }).output();
    await child.status;
    assert.ok(used <= 10, `${command} used ${used} hundredths of a second`);
  }
});

/** Of all budgies in a session, user and system time in hundredths of a second (proc(5)). */
async function processorTicks(session: number): Promise<number> {
  let ticks = 0;
  for await (const { name } of Deno.readDir("/proc")) {
    const stat = /^\d+$/.test(name) ? await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "") : "";
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(fields[3]) !== session || !/\(budgie/.test(stat)) continue;
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks;
}

Deno.test("run waits for a reader whose pipe was made non-blocking", async () => {
  await using host = await openHost();
  const script = `import os, subprocess, time, sys
r, w = os.pipe()
os.set_blocking(w, False)
child = subprocess.Popen([sys.argv[1], "run", "--rm", "busybox", "seq", "300000"], stdout=w)
os.close(w)
time.sleep(1)
data = b""
while chunk := os.read(r, 65536): data += chunk
print(child.wait(), len(data))`;
  const result = await run(["python3", "-c", script, BUDGIE], { env: host.env });
  assert.equal(result.stdout, "0 1988895\n", show(result));
});

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`a signal is never too early: the container gets it when it hears it, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    for (let delayMs = 40; delayMs < 160; delayMs += 8) {
      const child = host.spawn(["run", "--rm", "--init", "busybox", "sleep", "1000"]);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill("SIGTERM");
      const { code } = await child.output();
      assert.equal(code, 143, `after ${delayMs} ms`);
      assert.equal(await host.ok(["ps", "-aq"]), "");
    }
  });
}

Deno.test("run gives every exit code as it is", async () => {
  await using host = await openHost();
  for (const code of [0, 1, 2, 125, 126, 127, 128, 137, 254, 255]) {
    const result = await host.budgie(["run", "--rm", "busybox", "sh", "-c", `exit ${code}`]);
    assert.deepEqual(result, { code, stdout: "", stderr: "" });
  }
});

Deno.test("run ends with its command, though a child of that held the output", async () => {
  await using host = await openHost();
  const started = Date.now();
  const result = await host.budgie(["run", "--rm", "busybox", "sh", "-c", "sleep 30 & echo out; exit 4"]);
  assert.deepEqual(result, { code: 4, stdout: "out\n", stderr: "" });
  assert.ok(Date.now() - started < 15_000);
});
