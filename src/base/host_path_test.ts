import assert from "node:assert/strict";
import { isHostPath, resolveHostPath } from "./host_path.ts";

for (const path of ["/", "/a", ".", "./a", "..", "../a", "~", "~/a"]) {
  Deno.test(`isHostPath() takes ${path} for a path`, () => assert(isHostPath(path)));
}

for (const name of ["data", "a/b", "~you", "~you/a", ".data", "..data", ""]) {
  Deno.test(`isHostPath() takes '${name}' for a name`, () => assert(!isHostPath(name)));
}

for (
  const [text, path] of [
    ["/a/../b", "/b"],
    ["a", "/srv/a"],
    ["./a/", "/srv/a"],
    ["../a", "/a"],
    [".", "/srv"],
    ["~", "/home/$&me"],
    ["~/a", "/home/$&me/a"],
    ["~you", "/srv/~you"],
  ]
) {
  Deno.test(`resolveHostPath() makes ${text} ${path}`, () => {
    assert.equal(resolveHostPath(text, { directory: "/srv", env: { HOME: "/home/$&me" } }), path);
  });
}

Deno.test("resolveHostPath() takes root's home where there is no HOME", () => {
  assert.equal(resolveHostPath("~/a", { directory: "/srv", env: {} }), "/root/a");
});
