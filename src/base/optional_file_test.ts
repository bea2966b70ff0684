import assert from "node:assert/strict";
import { exists, readTextIfThere } from "./optional_file.ts";

Deno.test("exists() sees files, folders and symlinks that lead nowhere", async (t) => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/file`, "");
    Deno.symlinkSync("nowhere", `${folder}/link`);
    for (const path of [folder, `${folder}/file`, `${folder}/link`]) {
      await t.step(path.slice(folder.length) || "folder", () => assert.equal(exists(path), true));
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("exists() is false where nothing is, also below a file", () => {
  const file = Deno.makeTempFileSync();
  try {
    assert.equal(exists(`${file}-missing`), false);
    assert.equal(exists(`${file}/below`), false);
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("readTextIfThere() is the text, and undefined without a file", () => {
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, "text");
    assert.equal(readTextIfThere(file), "text");
    assert.equal(readTextIfThere(`${file}-missing`), undefined);
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("readTextIfThere() of a folder throws: there is something, and no text", () => {
  assert.throws(() => readTextIfThere("/"));
});
