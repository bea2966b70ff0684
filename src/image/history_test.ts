import assert from "node:assert/strict";
import { digestOf } from "../../oci/digest.ts";
import type { HistoryEntry } from "../../oci/image.ts";
import { imageHistory } from "./history.ts";
import type { StoredImage } from "./image.ts";
import { publishLayer } from "./layer_store.ts";
import { ensureLayout } from "./layout.ts";
import { makeImageStore } from "./testing/image_store.ts";

const [LOW, HIGH] = ["low", "high"].map((text) => digestOf(text));

async function history(entries: HistoryEntry[] | undefined) {
  await using store = await makeImageStore();
  ensureLayout(store.paths);
  for (const [diffID, unpackedBytes] of [[LOW, 10], [HIGH, 20]] as const) {
    publishLayer(store.paths, await Deno.makeTempDir({ dir: store.paths.temporary }), {
      diffID,
      unpackedBytes,
    });
  }
  const image = { id: digestOf("image"), diffIDs: [LOW, HIGH], config: { history: entries } };
  return imageHistory(store.paths, image as unknown as StoredImage);
}

Deno.test("imageHistory() gives each layer to the step that made it, the last step first", async () => {
  const steps = await history([
    { created_by: "ADD", created: "2026-01-02T03:04:05Z" },
    { created_by: "ENV", empty_layer: true, created: "yesterday" },
    { created_by: "RUN", comment: "tests" },
  ]);
  assert.deepEqual(steps, [
    { id: digestOf("image"), createdAt: undefined, createdBy: "RUN", comment: "tests", sizeBytes: 20 },
    { createdAt: undefined, createdBy: "ENV", comment: "", sizeBytes: 0 },
    { createdAt: "2026-01-02T03:04:05Z", createdBy: "ADD", comment: "", sizeBytes: 10 },
  ]);
});

Deno.test("imageHistory() of an image without a history is its layers", async () => {
  assert.deepEqual((await history(undefined)).map(({ sizeBytes }) => sizeBytes), [20, 10]);
});

Deno.test("imageHistory() of a history with too many steps gives the last ones no layer", async () => {
  assert.deepEqual((await history([{}, {}, {}])).map(({ sizeBytes }) => sizeBytes), [0, 20, 10]);
});
