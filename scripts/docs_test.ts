import assert from "node:assert/strict";
import { ROOT } from "./root.ts";

Deno.test("docs/cli.md has every variable that the program reads, and no other of ours", () => {
  const page = Deno.readTextFileSync(`${ROOT}/docs/cli.md`);
  assert.deepEqual(variables(page), variables(sources(`${ROOT}/src`).join("\n")));
});

function variables(text: string): string[] {
  return [...new Set(text.match(/\bBUDGIE_[A-Z_]+\b/g))].sort();
}

function sources(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    if (isDirectory) return sources(`${folder}/${name}`);
    return name.endsWith("_test.ts") ? [] : [Deno.readTextFileSync(`${folder}/${name}`)];
  });
}
