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
  }
});

Deno.test("an unknown command fails with a suggestion", async () => {
  const { code, stderr } = await run([BUDGIE, "rnu"]);
  assert.equal(code, 1);
  assert.match(stderr, /rnu/);
  assert.match(stderr, /run/);
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
