import assert from "node:assert/strict";
import { UsageError } from "../../base/errors.ts";
import { DEFAULT_DETACH_KEYS, DetachKeys } from "./detach_keys.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
function type(keys: DetachKeys, ...chunks: string[]): { passed: string; detached: boolean } {
  let passed = "";
  for (const chunk of chunks) {
    const result = keys.read(bytes(chunk));
    passed += new TextDecoder().decode(result.passed);
    if (result.detached) return { passed, detached: true };
  }
  return { passed, detached: false };
}

Deno.test("DetachKeys keeps its keys from the container, also in two chunks", () => {
  assert.deepEqual(type(new DetachKeys(DEFAULT_DETACH_KEYS), "ls\x10\x11rest"), {
    passed: "ls",
    detached: true,
  });
  assert.deepEqual(type(new DetachKeys(DEFAULT_DETACH_KEYS), "ls\x10", "\x11"), {
    passed: "ls",
    detached: true,
  });
});

Deno.test("DetachKeys passes on what only began like its keys", () => {
  const keys = new DetachKeys(DEFAULT_DETACH_KEYS);
  assert.deepEqual(type(keys, "a\x10", "b\x10\x10c"), { passed: "a\x10b\x10\x10c", detached: false });
});

Deno.test("DetachKeys knows characters and control characters, and none at all", () => {
  assert.equal(type(new DetachKeys("ctrl-],d"), "\x1dd").detached, true);
  assert.equal(type(new DetachKeys("ctrl-@"), "\0").detached, true);
  assert.deepEqual(type(new DetachKeys(""), "\x10\x11"), { passed: "\x10\x11", detached: false });
});

Deno.test("DetachKeys refuses what is no key", () => {
  for (const text of ["ctrl-", "ctrl-ä", "ab", "a,,b", "ctrl-1"]) {
    assert.throws(() => new DetachKeys(text), UsageError, text);
  }
});
