import assert from "node:assert/strict";
import { parseSecretTarget } from "./secret_target.ts";

Deno.test("parseSecretTarget() takes a file name, and a path elsewhere", () => {
  assert.equal(parseSecretTarget("db.key"), "db.key");
  assert.equal(parseSecretTarget("/run/secrets/db.key"), "db.key");
  assert.equal(parseSecretTarget("/run//secrets/./db.key"), "db.key");
  assert.equal(parseSecretTarget("/etc/db/../key"), "/etc/key");
  assert.equal(parseSecretTarget("/run/secrets2"), "/run/secrets2");
});

Deno.test("parseSecretTarget() takes nothing that leads out of /run/secrets or is no file in it", () => {
  const bad = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "/",
    "/run/secrets",
    "/run/secrets/a/b",
    "a\0b",
    "x".repeat(256),
  ];
  for (const text of bad) assert.equal(parseSecretTarget(text), undefined, text);
});
