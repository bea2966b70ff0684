import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { BUDGIE } from "./fixture/paths.ts";
import { run } from "./fixture/process.ts";

Deno.test("version prints text and JSON", async () => {
  const text = await run([BUDGIE, "version"]);
  assert.equal(text.code, 0);
  assert.match(text.stdout, /budgie/i);
  assert.match(text.stdout, /\d+\.\d+\.\d+/);
  const json = await run([BUDGIE, "version", "--format", "json"]);
  assert.match(JSON.stringify(JSON.parse(json.stdout)), /\d+\.\d+\.\d+/);
});

Deno.test("--help and every command's --help print to standard output and show an example", async () => {
  const { code, stdout } = await run([BUDGIE, "--help"]);
  assert.equal(code, 0);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map((match) => match[1]);
  assert.ok(commands.includes("run") && commands.includes("validate"), stdout);
  for (const command of commands) {
    const help = await run([BUDGIE, command, "--help"]);
    assert.equal(help.code, 0, command);
    assert.match(help.stdout, /Usage:/, command);
    assert.equal(help.stderr, "", command);
    assert.match(help.stdout, /^Examples?:\n {2}budgie /m, command);
  }
  for (const command of [["run"], ["network"], ["network", "create"], ["config", "set"]]) {
    const [help, other] = await Promise.all([
      run([BUDGIE, ...command, "--help"]),
      run([BUDGIE, "help", ...command]),
    ]);
    assert.deepEqual([other.code, other.stdout], [0, help.stdout], command.join(" "));
  }
});

Deno.test("output that can't be written is an error, not lost in silence", async () => {
  await using host = await openHost({ images: [] });
  for (const command of ["ps", "version", "--help", "info"]) {
    const script = `exec ${BUDGIE} ${command} >/dev/full`;
    const { code, stderr } = await run(["sh", "-c", script], { env: host.env });
    assert.deepEqual([code, /^Error: Cannot write to standard output: /.test(stderr)], [1, true], command);
  }
});

Deno.test("an unknown command fails with a suggestion, also where help is asked for", async () => {
  const cases: [words: string[], told: string][] = [
    [["rnu"], "Error: Unknown command 'rnu'\nhint: Did you mean run? See 'budgie --help'\n"],
    [["help", "rnu"], "Error: Unknown command 'rnu'\nhint: Did you mean run? See 'budgie --help'\n"],
    [
      ["help", "network", "crate"],
      "Error: Unknown command 'crate'\nhint: Did you mean create? See 'budgie network --help'\n",
    ],
    [
      ["config", "stet", "log.max_size", "1m"],
      "Error: Unknown command 'stet'\nhint: Did you mean set? See 'budgie config --help'\n",
    ],
    // Not what `run busybox --help` would do.
    [
      ["help", "run", "busybox"],
      "Error: Cannot show help for 'run busybox': there is no such command\nhint: See 'budgie run --help'\n",
    ],
  ];
  for (const [words, told] of cases) {
    const { code, stdout, stderr } = await run([BUDGIE, ...words]);
    assert.deepEqual([code, stdout, stderr], [1, "", told], words.join(" "));
  }
});

Deno.test("a wrong flag fails with 125, before anything is done", async () => {
  for (const command of ["ps", "images", "pull", "rm"]) {
    const { code, stderr } = await run([BUDGIE, command, "--bogus"]);
    assert.equal(code, 125, command);
    assert.match(stderr, /^Error: .*--bogus/m, command);
  }
});

Deno.test("info tells the data directory, the runtime and the counts", async () => {
  await using host = await openHost();
  const text = await host.ok(["info"]);
  assert.match(text, new RegExp(host.data));
  assert.match(text, /runc/);
  const json = JSON.parse(await host.ok(["info", "--format", "json"]));
  assert.equal(typeof json, "object");
});
