import assert from "node:assert/strict";
import type { PullEvent } from "../progress.ts";
import { LayerProgress } from "./progress_throttle.ts";

Deno.test("LayerProgress tells bytes ten times a second at most, and phases at once", () => {
  const events: PullEvent[] = [];
  let nowMs = 0;
  const layer = { digest: `sha256:${"0".repeat(64)}` as const, size: 1000 };
  const progress = new LayerProgress(layer, (event) => events.push(event), () => nowMs);
  for (; nowMs < 1000; nowMs++) progress.bytes(nowMs);
  assert.deepEqual(events.map((event) => event.kind === "layer" && event.doneBytes), [
    0,
    100,
    200,
    300,
    400,
    500,
    600,
    700,
    800,
    900,
  ]);
  progress.phase("syncing");
  progress.phase("done");
  const phases = events.slice(10).map((event) =>
    event.kind === "layer" && `${event.phase} ${event.doneBytes}`
  );
  assert.deepEqual(phases, ["syncing 1000", "done 1000"]);
});
