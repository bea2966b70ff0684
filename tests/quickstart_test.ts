import assert from "node:assert/strict";
import { ROOT, SCRATCH } from "./fixture/paths.ts";
import { run, runOk, show } from "./fixture/process.ts";

/** What git ignores because it can be made again; downloads are shared with this tree. */
const MADE = ["dist", ".tools", "node_modules"];

/**
 * A copy of this tree that was never built. The tests beside this one run the program from here: while it is
 * replaced, one that just starts may not find itself.
 */
async function copyOfTree(): Promise<string> {
  const copy = await Deno.makeTempDir({ dir: SCRATCH, prefix: "budgie-test-tree-" });
  for await (const { name } of Deno.readDir(ROOT)) {
    if (MADE.includes(name)) {
      if (name !== "dist") await Deno.symlink(`${ROOT}/${name}`, `${copy}/${name}`);
    } else if (name !== ".git") await runOk(["cp", "-a", `${ROOT}/${name}`, copy]);
  }
  return copy;
}

Deno.test("scripts/quickstart builds, serves a page, looks inside and leaves nothing", async () => {
  const tree = await copyOfTree();
  await using undo = new AsyncDisposableStack();
  undo.defer(() => Deno.remove(tree, { recursive: true }));
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
