import assert from "node:assert/strict";
import { ROOT, SCRATCH } from "./fixture/paths.ts";
import { run, runOk, show } from "./fixture/process.ts";

const LEFT_OUT = ["dist", ".git"];
/** Shared with this tree. */
const DOWNLOADS = [".tools", "node_modules"];

/**
 * Makes a copy of this tree that was never built. The tests beside this one run the program from here: while it is
 * replaced, one that just starts may not find itself.
 */
async function copyTree(copy: string): Promise<void> {
  for await (const { name } of Deno.readDir(ROOT)) {
    if (DOWNLOADS.includes(name)) await Deno.symlink(`${ROOT}/${name}`, `${copy}/${name}`);
    else if (!LEFT_OUT.includes(name)) await runOk(["cp", "-a", `${ROOT}/${name}`, copy]);
  }
}

Deno.test("scripts/quickstart builds, serves a page, looks inside and leaves nothing", async () => {
  const tree = await Deno.makeTempDir({ dir: SCRATCH, prefix: "budgie-test-tree-" });
  await using undo = new AsyncDisposableStack();
  undo.defer(() => Deno.remove(tree, { recursive: true }));
  await copyTree(tree);
  const left = async () => {
    const folders = await Promise.all(
      ["/var/tmp", "/run/budgie"].map((path) => Array.fromAsync(Deno.readDir(path)).catch(() => [])),
    );
    return folders.flat().map(({ name }) => name).filter((name) => name.startsWith("budgie-quickstart"));
  };
  const result = await run([`${tree}/scripts/quickstart`], { timeoutMs: 300_000 });
  assert.equal(result.code, 0, show(result));
  assert.match(result.stdout, /<h1>Hello from budgie<\/h1>/);
  assert.match(result.stdout, /CONTAINER ID .*\n[0-9a-f]{12} .*Up .*quickstart/);
  assert.match(result.stdout, /in the container: .*index\.html/);
  assert.match(result.stdout, /==> budgie stop quickstart\nquickstart\n/);
  assert.deepEqual(await left(), []);
});
