import assert from "node:assert/strict";
import { UsageError } from "../../base/errors.ts";
import { parseSecret, secretOptions } from "./secret.ts";

const PLAIN = { uid: undefined, gid: undefined, mode: 0o400, env: undefined };

Deno.test("parseSecret() takes a name alone, and podman's words", () => {
  assert.deepEqual(parseSecret("db"), { ...PLAIN, source: "db", target: "db" });
  assert.deepEqual(parseSecret("db,target=key,uid=1,gid=0,mode=0440,env=DB"), {
    source: "db",
    target: "key",
    uid: 1,
    gid: 0,
    mode: 0o440,
    env: "DB",
  });
  assert.deepEqual(parseSecret("source=db,dst=/etc/db"), { ...PLAIN, source: "db", target: "/etc/db" });
});

Deno.test("parseSecret() of type env makes a variable and no file", () => {
  assert.deepEqual(parseSecret("db,type=env,target=DB"), {
    ...PLAIN,
    source: "db",
    target: undefined,
    env: "DB",
  });
  assert.deepEqual(parseSecret("DB,type=env").env, "DB");
});

for (
  const [text, reason] of [
    ["", "'source' needs a value"],
    ["target=x", "it has no name"],
    ["db,mode=888", "is not a mode"],
    ["db,uid=root", "uid is a number"],
    ["db,uid=4294967295", "uid is a number"],
    ["db,env=1A", "'1A' is no variable's name"],
    ["db-1,type=env", "'db-1' is no variable's name"],
    ["db,type=file", "there is no type 'file'"],
    ["db,mode=0400,mode=0440", "'mode' is there twice"],
    ["db,target", "'target' needs a value"],
    ["db,colour=red", "there is no key 'colour'"],
    ["db,target=/run/secrets", "neither a file name"],
  ]
) {
  Deno.test(`parseSecret() refuses '${text}'`, () => {
    assert.throws(() => parseSecret(text), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.ok(error.message.includes(reason), error.message);
      return true;
    });
  });
}

Deno.test("secretOptions() refuses two secrets in one place or variable", () => {
  const [a, b] = [parseSecret("a,env=X"), parseSecret("b,env=X")];
  assert.throws(() => secretOptions([a, b]), /two secrets have the env 'X'/);
  assert.throws(() => secretOptions([a, parseSecret("b,target=a")]), /two secrets have the target 'a'/);
  assert.equal(secretOptions([a, parseSecret("b"), parseSecret("c,type=env")]).length, 3);
});
