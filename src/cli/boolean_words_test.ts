import assert from "node:assert/strict";
import { Option } from "@commander-js/extra-typings";
import { plainBooleans } from "./boolean_words.ts";

const KNOWN = [
  new Option("--rm"),
  new Option("-t, --tty"),
  new Option("-i, --interactive"),
  new Option("-e, --env <variable>"),
  new Option("--no-trunc"),
];

function plain(...words: string[]): string[] {
  return plainBooleans(words, KNOWN, { stopAtOperand: true });
}

Deno.test("a flag without a value may be switched on and off in words", () => {
  assert.deepEqual(plain("--rm=true", "-t=1", "--no-trunc=TRUE"), ["--rm", "-t", "--no-trunc"]);
  assert.deepEqual(plain("--rm=false", "--tty=0"), []);
  assert.deepEqual(plain("--rm=maybe"), ["--rm=maybe"]);
});

Deno.test("values of other flags and the container's own words are left alone", () => {
  assert.deepEqual(plain("--env=true", "-e", "--rm=true"), ["--env=true", "-e", "--rm=true"]);
  assert.deepEqual(plain("-ite", "--rm=true", "--rm=true"), ["-ite", "--rm=true", "--rm"]);
  assert.deepEqual(plain("-eA", "bb", "--rm=true"), ["-eA", "bb", "--rm=true"]);
  assert.deepEqual(plain("--", "--rm=true"), ["--", "--rm=true"]);
});

Deno.test("a flag that is on unless switched off is switched off in words", () => {
  const known = [...KNOWN, new Option("-p, --pause"), new Option("--no-pause")];
  assert.deepEqual(plainBooleans(["--pause=false", "-p=0"], known, { stopAtOperand: false }), [
    "--no-pause",
    "--no-pause",
  ]);
});
