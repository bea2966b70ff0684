import assert from "node:assert/strict";
import { isRuntimes, wouldLose } from "./process.ts";

const TERM = 15;

function statusOf({ name = "sleep", nsPid = "4711\t1", blocked = "0", ignored = "0", caught = "0" } = {}) {
  const masks = { SigBlk: blocked, SigIgn: ignored, SigCgt: caught };
  const lines = Object.entries(masks).map(([key, mask]) => `${key}:\t${mask.padStart(16, "0")}`);
  return [`Name:\t${name}`, `NSpid:\t${nsPid}`, "SigPnd:\t0000000000004000", ...lines, ""].join("\n");
}

Deno.test("the first process of a namespace loses signals that it neither handles, blocks nor ignores", () => {
  assert.equal(wouldLose(statusOf(), TERM), true);
  for (const mask of ["blocked", "ignored", "caught"]) {
    assert.equal(wouldLose(statusOf({ [mask]: "4000" }), TERM), false, mask);
    assert.equal(wouldLose(statusOf({ [mask]: "2000" }), TERM), true, mask);
  }
});

Deno.test("another process loses none", () => {
  assert.equal(wouldLose(statusOf({ nsPid: "4711" }), TERM), false);
  assert.equal(wouldLose(statusOf({ nsPid: "4711\t12" }), TERM), false);
});

Deno.test("one that is gone loses none", () => assert.equal(wouldLose("", TERM), false));

Deno.test("a process is the runtime's for as long as it has its name", () => {
  assert.equal(isRuntimes(statusOf({ name: "runc:[2:INIT]" }), "/usr/sbin/runc"), true);
  assert.equal(isRuntimes(statusOf({ name: "crun" }), "crun"), true);
  assert.equal(isRuntimes(statusOf({ name: "sleep" }), "/usr/bin/crun"), false);
  assert.equal(isRuntimes("", "/usr/bin/crun"), false);
});
