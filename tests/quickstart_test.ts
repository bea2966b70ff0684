import assert from "node:assert/strict";
import { ROOT } from "./fixture/paths.ts";
import { run, show } from "./fixture/process.ts";

Deno.test("scripts/quickstart builds, serves a page, looks inside and leaves nothing", async () => {
  const left = async () => {
    const folders = await Promise.all(
      ["/var/tmp", "/run/budgie"].map((path) => Array.fromAsync(Deno.readDir(path)).catch(() => [])),
    );
    return folders.flat().map(({ name }) => name).filter((name) => name.startsWith("budgie-quickstart"));
  };
  const result = await run([`${ROOT}/scripts/quickstart`], { timeoutMs: 300_000 });
  assert.equal(result.code, 0, show(result));
  assert.match(result.stdout, /<h1>Hello from budgie<\/h1>/);
  assert.match(result.stdout, /CONTAINER ID .*\n[0-9a-f]{12} .*Up .*quickstart/);
  assert.match(result.stdout, /in the container: .*index\.html/);
  assert.match(result.stdout, /==> budgie stop quickstart\nquickstart\n/);
  assert.deepEqual(await left(), []);
});
