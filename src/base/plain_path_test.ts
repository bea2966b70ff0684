import assert from "node:assert/strict";
import { normalisePath } from "./plain_path.ts";

Deno.test("normalisePath() is absolute, without empty components and dots, and ends at the root", () => {
  const cases = {
    "/a/b": "/a/b",
    "a": "/a",
    "//a/./b/": "/a/b",
    "/a/../b": "/b",
    "/../..": "/",
    "": "/",
    "/a/..b": "/a/..b",
  };
  for (const [path, normal] of Object.entries(cases)) assert.equal(normalisePath(path), normal);
});
