import assert from "node:assert/strict";
import { UsageError } from "../../base/errors.ts";
import { parseCopyPath } from "./copy_path.ts";

Deno.test("parseCopyPath() tells containers from the host as docker does", () => {
  assert.deepEqual(parseCopyPath("-"), { kind: "stream" });
  for (const path of ["file", "./a:b", "../a:b", "/a:b", ".hidden:x"]) {
    assert.deepEqual(parseCopyPath(path), { kind: "host", path });
  }
  const web = (path: string, shown: string) => ({ kind: "container", container: "web", path, shown });
  assert.deepEqual(parseCopyPath("web:/etc/hosts"), web("/etc/hosts", "web:/etc/hosts"));
  assert.deepEqual(parseCopyPath("web:etc/."), web("/etc/.", "web:etc/."));
  assert.deepEqual(parseCopyPath("web:a:b"), web("/a:b", "web:a:b"));
});

for (const wrong of ["", "web:", ":/x"]) {
  Deno.test(`parseCopyPath() refuses '${wrong}'`, () =>
    assert.throws(() => parseCopyPath(wrong), UsageError));
}
