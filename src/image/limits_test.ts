import assert from "node:assert/strict";
import { UsageError } from "../base/errors.ts";
import { unpackLimits } from "./limits.ts";

const limits = (variables: Record<string, string>) => unpackLimits(new Map(Object.entries(variables)));

Deno.test("unpackLimits() are those of the environment, in numbers and sizes", () => {
  const { maxRatio, reserveBytes } = limits({ BUDGIE_IMAGES_MAX_RATIO: "50", BUDGIE_IMAGES_RESERVE: "1g" });
  assert.deepEqual({ maxRatio, reserveBytes }, { maxRatio: 50, reserveBytes: 1024 ** 3 });
  assert.equal(limits({}).maxRatio, 200);
});

for (const [variable, value] of [["BUDGIE_IMAGES_MAX_RATIO", "0.5"], ["BUDGIE_IMAGES_RESERVE", "much"]]) {
  Deno.test(`unpackLimits() names ${variable} when it makes no sense`, () => {
    assert.throws(
      () => limits({ [variable]: value }),
      (error) => error instanceof UsageError && error.message.includes(`${variable}='${value}'`),
    );
  });
}
