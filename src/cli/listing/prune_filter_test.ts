import assert from "node:assert/strict";
import { NOW, sampleView } from "../testing/sample.ts";
import type { ContainerView } from "../../engine/view.ts";
import { containerLabels } from "./container_row.ts";
import { pruneFilter } from "./prune_filter.ts";

const OLD = sampleView({}, { createdAt: "2026-01-01T00:00:00Z" }, { labels: { keep: "yes" } });
const NEW = sampleView();
const CONTEXT = {
  now: NOW,
  createdAt: ({ record }: ContainerView) => record.createdAt,
  labels: ({ record }: ContainerView) => containerLabels(record),
};

Deno.test("the filters of container prune choose by age and by labels", () => {
  const chosen = (...filters: string[]) => [OLD, NEW].filter(pruneFilter(filters, CONTEXT));
  assert.deepEqual(chosen(), [OLD, NEW]);
  assert.deepEqual(chosen("until=12h"), [OLD]);
  assert.deepEqual(chosen("label=keep"), [OLD]);
  assert.deepEqual(chosen("label!=keep"), [NEW]);
  assert.deepEqual(chosen("label!=keep=no"), [OLD, NEW]);
  assert.deepEqual(chosen("label!=keep", "label!=from=image"), []);
});
