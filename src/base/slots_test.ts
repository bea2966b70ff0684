import assert from "node:assert/strict";
import { sleep } from "./sleep.ts";
import { Slots } from "./slots.ts";

Deno.test("Slots runs so many at a time, in order, and goes on after a failure", async () => {
  const slots = new Slots(2);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((index) =>
    slots.run(async () => {
      begun.push(index);
      most = Math.max(most, ++running);
      await sleep(1);
      running--;
      if (index === 1) throw new Error("one");
      return index;
    })
  ));
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  assert.equal(most, 2);
  assert.deepEqual(results.map((result) => result.status === "fulfilled" ? result.value : undefined), [
    0,
    undefined,
    2,
    3,
    4,
  ]);
});
