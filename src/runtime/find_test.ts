import assert from "node:assert/strict";
import { BudgieError } from "../base/errors.ts";
import { findRuntime } from "./find.ts";

/** A folder with the named programs, in front of everything else. */
async function withPrograms(names: string[], test: (folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, "", { mode: 0o755 });
    test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("auto takes crun, and runc where cgroups are hybrid", () =>
  withPrograms(["crun", "runc"], (path) => {
    assert.equal(findRuntime("auto", { hybridCgroups: false, path }), `${path}/crun`);
    assert.equal(findRuntime("auto", { hybridCgroups: true, path }), `${path}/runc`);
  }));

Deno.test("a runtime can be chosen by name and by path", () =>
  withPrograms(["crun", "runc"], (path) => {
    assert.equal(findRuntime("runc", { hybridCgroups: false, path }), `${path}/runc`);
    assert.equal(findRuntime(`${path}/crun`, { hybridCgroups: true, path }), `${path}/crun`);
  }));

Deno.test("a program that is not executable is no runtime", () =>
  withPrograms([], (path) => {
    Deno.writeTextFileSync(`${path}/crun`, "", { mode: 0o644 });
    assert.throws(() => findRuntime(`${path}/crun`), BudgieError);
  }));

Deno.test("a runtime that is not installed is an error that says what to install", () => {
  assert.throws(() => findRuntime("youki", { hybridCgroups: false, path: "" }), /youki is not installed/);
});
