import assert from "node:assert/strict";
import { BudgieError } from "../base/errors.ts";
import { inPlainWords } from "./world_errors.ts";

Deno.test("a full disk is said in plain words, whoever met it", () => {
  let met: unknown;
  try {
    Deno.writeTextFileSync("/dev/full", "x");
  } catch (error) {
    met = error;
  }
  const plain = inPlainWords(new Error("while unpacking", { cause: met }));
  assert.ok(plain instanceof BudgieError);
  assert.match(plain.message, /no space is left/);
  assert.match(plain.hint!, /rmi/);
});

Deno.test("other errors stay what they are", () => {
  const bug = new TypeError("x is undefined");
  assert.equal(inPlainWords(bug), bug);
  const known = new BudgieError("Cannot do it", { cause: Object.assign(new Error(), { code: "ENOSPC" }) });
  assert.equal(inPlainWords(known), known);
});
