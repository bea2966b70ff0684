import assert from "node:assert/strict";
import { digestOf } from "../../../oci/digest.ts";
import type { PullEvent } from "../../image/progress.ts";
import { PullState, renderProgress, stepLine } from "./pull_state.ts";

const MANIFEST = digestOf("manifest");
const [FIRST, SECOND] = [digestOf("first"), digestOf("second")];
const RESOLVED: PullEvent = {
  kind: "resolved",
  reference: "docker.io/library/bb:latest",
  manifestDigest: MANIFEST,
  layers: [{ digest: FIRST, sizeBytes: 100 }, { digest: SECOND, sizeBytes: 2_000_000 }],
};

function layer(digest: typeof FIRST, phase: "downloading" | "done", doneBytes: number): PullEvent {
  return { kind: "layer", digest, phase, doneBytes, totalBytes: 2_000_000 };
}

Deno.test("renderProgress() draws a line for each layer, cut at the terminal's width", () => {
  const state = new PullState();
  assert.deepEqual(renderProgress(state, 80), []);
  state.apply(RESOLVED);
  state.apply(layer(SECOND, "downloading", 1_000_000));
  const lines = renderProgress(state, 80);
  assert.equal(lines.length, 4);
  assert.match(lines[1], /^[0-9a-f]{12}: Waiting$/);
  assert.match(lines[2], /: Downloading \[={15}> {14}\] 1MB\/2MB$/);
  assert.match(lines[3], /^Digest: sha256:/);
  assert.ok(renderProgress(state, 20).every((line) => line.length <= 20));
});

Deno.test("renderProgress() shows what holds the pull up, until it goes on", () => {
  const state = new PullState();
  state.apply(RESOLVED);
  state.apply({ kind: "retry", what: "layer 1", reason: "reset\x1b[2J", delayMs: 1500 });
  assert.equal(renderProgress(state, 80).at(-1), "Retrying layer 1 in 2 s: reset\ufffd[2J");
  state.apply(layer(FIRST, "downloading", 1));
  assert.match(renderProgress(state, 80).at(-1)!, /^Digest/);
});

Deno.test("stepLine() speaks once for each phase of a layer", () => {
  const state = new PullState();
  const say = (event: PullEvent) => stepLine(state.apply(event), event);
  assert.match(say(RESOLVED)!, /^Pulling docker\.io\/library\/bb:latest/);
  assert.match(say(layer(FIRST, "downloading", 0))!, /: Downloading$/);
  assert.equal(say(layer(FIRST, "downloading", 50)), undefined);
  assert.match(say(layer(FIRST, "done", 100))!, /: Pull complete$/);
  assert.match(say({ kind: "waiting", reason: "another pull has it" })!, /another pull/);
});
