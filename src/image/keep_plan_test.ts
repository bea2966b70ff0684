import assert from "node:assert/strict";
import { excessBytes, imagesToGo } from "./keep_plan.ts";

const HOUR = 3_600_000;
const NOW = Date.parse("2026-01-31T00:00:00Z");

/** Unused for so many hours; each has 10 bytes of its own. */
const IMAGES = { fresh: 0, day: 24, week: 168, month: 720, tomorrow: -24 };

function going(policy: { keepHours?: number; excessBytes?: number; kept?: number }): string {
  const unused = Object.entries(IMAGES).map(([name, hours]) => ({ name, lastUseMs: NOW - hours * HOUR }));
  const { keepHours = Infinity, excessBytes = 0 } = policy;
  return imagesToGo(unused, {
    now: NOW,
    keepMs: keepHours * HOUR,
    excessBytes,
    freedWithout: (images) => 10 * images.length,
  }).map(({ name }) => name).join(" ");
}

Deno.test("imagesToGo() lets those go that are past their time, the oldest first", () => {
  assert.equal(going({}), "");
  assert.equal(going({ keepHours: 1000 }), "");
  assert.equal(going({ keepHours: 720 }), "month");
  assert.equal(going({ keepHours: 169 }), "month");
  assert.equal(going({ keepHours: 168 }), "month week");
});

Deno.test("imagesToGo() frees as much as is asked for, and no more", () => {
  assert.equal(going({ excessBytes: 1 }), "month");
  assert.equal(going({ excessBytes: 10 }), "month");
  assert.equal(going({ excessBytes: 11 }), "month week");
  assert.equal(going({ excessBytes: 11, keepHours: 720 }), "month week");
  assert.equal(going({ excessBytes: 5, keepHours: 24 }), "month week day");
});

Deno.test("imagesToGo() keeps what has just come, and what a wrong clock puts into the future", () => {
  assert.equal(going({ excessBytes: 1e9, keepHours: 1 }), "month week day");
  const just = (seconds: number) =>
    imagesToGo([{ lastUseMs: NOW - seconds * 1000 }], { now: NOW, excessBytes: 1, freedWithout: () => 0 });
  assert.equal(just(119).length, 0);
  assert.equal(just(120).length, 1);
});

Deno.test("imagesToGo() removes none where what nothing needs is enough", () => {
  const unused = [{ lastUseMs: 0 }];
  assert.deepEqual(imagesToGo(unused, { now: NOW, excessBytes: 5, freedWithout: () => 5 }), []);
});

Deno.test("excessBytes() is what is above 5 per cent below the mark, once the mark is passed", () => {
  const disk = { bsize: 10, blocks: 110, bavail: 0, bfree: 0 };
  const excess = (used: number) => excessBytes({ ...disk, bfree: 110 - used, bavail: 100 - used }, 85);
  assert.deepEqual([0, 80, 85].map(excess), [0, 0, 0]);
  assert.equal(excess(86), 60);
  assert.equal(excess(100), 200);
  assert.equal(excessBytes({ ...disk, bfree: 10, bavail: 0 }, 100), 0); // df says 100%
});
