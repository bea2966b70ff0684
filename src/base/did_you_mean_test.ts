import assert from "node:assert/strict";
import { didYouMean } from "./did_you_mean.ts";

const KEYS = ["ports", "volumes", "image", "init", "user", "environment", "env_file", "tmpfs"];

for (
  const [word, meant] of [
    ["prots", "ports"],
    ["port", "ports"],
    ["Ports", "ports"],
    ["volume", "volumes"],
    ["enviroment", "environment"],
    ["enviromnent", "environment"],
    ["env-file", "env_file"],
    ["tmpf", "tmpfs"],
    ["usr", "user"],
    ["volum", "volumes"],
  ]
) {
  Deno.test(`didYouMean() takes '${word}' for '${meant}'`, () => {
    assert.equal(didYouMean(word, KEYS), meant);
  });
}

for (const word of ["", "x", "xyz", "completely_else", "i".repeat(10_000)]) {
  Deno.test(`didYouMean() has no guess for '${word.slice(0, 20)}'`, () => {
    assert.equal(didYouMean(word, KEYS), undefined);
  });
}

Deno.test("didYouMean() prefers the nearest, and the first of equals", () => {
  assert.equal(didYouMean("stop", ["stock", "stops", "stope"]), "stops");
});
