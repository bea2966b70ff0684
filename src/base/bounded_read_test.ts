import assert from "node:assert/strict";
import { readAtMost } from "./bounded_read.ts";

Deno.test("readAtMost() is the whole of a short file, and the beginning of a long one", () => {
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, "0123456789");
    assert.equal(new TextDecoder().decode(readAtMost(file, 11)), "0123456789");
    assert.equal(new TextDecoder().decode(readAtMost(file, 4)), "0123");
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("readAtMost() ends where an endless file does not", () => {
  assert.equal(readAtMost("/dev/zero", 100_000).length, 100_000);
});

Deno.test("readAtMost() reads a file that tells no size", () => {
  assert.match(new TextDecoder().decode(readAtMost("/proc/self/status", 1000)), /^Name:/);
});
