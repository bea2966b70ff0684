import assert from "node:assert/strict";
import { UsageError } from "./errors.ts";
import { formatBinarySize, formatDecimalSize, parseSize } from "./units.ts";

Deno.test("parseSize() reads binary multiples, whatever their spelling", () => {
  assert.equal(parseSize("512"), 512);
  assert.equal(parseSize("512m"), 512 * 1024 ** 2);
  assert.equal(parseSize("1.5G"), 1.5 * 1024 ** 3);
  assert.equal(parseSize("64kb"), 65536);
  assert.equal(parseSize("2GiB"), 2 * 1024 ** 3);
});

Deno.test("parseSize() refuses what is no size", () => {
  for (const text of ["", "m", "-1", "1x", "1e3", "9999999999t"]) {
    assert.throws(() => parseSize(text), UsageError, text);
  }
});

Deno.test("formatDecimalSize() writes three significant digits", () => {
  assert.equal(formatDecimalSize(0), "0B");
  assert.equal(formatDecimalSize(999), "999B");
  assert.equal(formatDecimalSize(1234567), "1.23MB");
});

Deno.test("formatBinarySize() writes four significant digits", () => {
  assert.equal(formatBinarySize(512 * 1024 ** 2), "512MiB");
  assert.equal(formatBinarySize(1234567), "1.177MiB");
});
