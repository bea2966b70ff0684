import assert from "node:assert/strict";
import { buryFolders, removeFolder, sweepRemoved } from "./remove_folder.ts";
import { storePaths } from "./paths.ts";

async function withTemporary(
  test: (paths: ReturnType<typeof storePaths>) => void | Promise<void>,
): Promise<void> {
  const data = await Deno.makeTempDir();
  const paths = storePaths(new Map([["BUDGIE_DATA_DIR", data]]));
  Deno.mkdirSync(paths.temporary);
  try {
    await test(paths);
  } finally {
    await Deno.remove(data, { recursive: true });
  }
}

Deno.test("removeFolder() leaves nothing, and one that is not there is fine", () =>
  withTemporary((paths) => {
    Deno.mkdirSync(`${paths.data}/folder/inner`, { recursive: true });
    removeFolder(paths, `${paths.data}/folder`);
    removeFolder(paths, `${paths.data}/folder`);
    assert.deepEqual([...Deno.readDirSync(paths.data)].map(({ name }) => name), ["tmp"]);
    assert.deepEqual([...Deno.readDirSync(paths.temporary)], []);
  }));

Deno.test("removeFolder() deletes folders nested deeper than descriptors can be held", () =>
  withTemporary((paths) => {
    const script = 'for (1 .. 5000) { mkdir("d") && chdir("d") or die $! }';
    const { success } = new Deno.Command("perl", { args: ["-e", script], cwd: paths.data }).outputSync();
    assert.ok(success);
    removeFolder(paths, `${paths.data}/d`);
    assert.deepEqual([...Deno.readDirSync(paths.temporary)], []);
  }));

Deno.test("sweepRemoved() finishes what was renamed, and touches nothing else", () =>
  withTemporary((paths) => {
    Deno.mkdirSync(`${paths.temporary}/removed-x/inner`, { recursive: true });
    Deno.mkdirSync(`${paths.temporary}/download`);
    sweepRemoved(paths);
    assert.deepEqual([...Deno.readDirSync(paths.temporary)].map(({ name }) => name), ["download"]);
  }));

Deno.test("sweepRemoved() leaves to another one what that is about to delete", () =>
  withTemporary(async (paths) => {
    Deno.mkdirSync(`${paths.data}/folder/inner`, { recursive: true });
    const deleteFolder = buryFolders(paths, [`${paths.data}/folder`, `${paths.data}/none`]);
    assert.deepEqual([...Deno.readDirSync(paths.data)].map(({ name }) => name), ["tmp"]);
    sweepRemoved(paths);
    assert.equal([...Deno.readDirSync(paths.temporary)].length, 1);
    await deleteFolder();
    assert.deepEqual([...Deno.readDirSync(paths.temporary)], []);
  }));
