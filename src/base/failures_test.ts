import assert from "node:assert/strict";
import { failuresIn, stackOf } from "./failures.ts";

function failing(name: string): Disposable {
  return {
    [Symbol.dispose]() {
      throw new Error(name);
    },
  };
}

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
}

Deno.test("failuresIn() tells what a block threw, then what disposing threw, in their order", () => {
  const error = thrownBy(() => {
    using _first = failing("third");
    using _second = failing("second");
    throw new Error("first");
  });
  assert.deepEqual(failuresIn(error).map((failure) => (failure as Error).message), [
    "first",
    "second",
    "third",
  ]);
  assert.match(stackOf(error), /^Error: first\n +at [^]*\nError: second\n[^]*\nError: third\n/);
});

Deno.test("failuresIn() of what is no such error is that", () => {
  const error = new Error("alone", { cause: new Error("why") });
  assert.deepEqual(failuresIn(error), [error]);
  assert.deepEqual(failuresIn("text"), ["text"]);
  assert.equal(stackOf("text"), "text");
});
