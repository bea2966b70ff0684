import assert from "node:assert/strict";
import { elfPart } from "./denort.ts";

/** The header of an ELF-64 file whose section header table starts at `offset`. */
function elf(offset: number, entrySize: number, entryCount: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x7f454c46);
  view.setBigUint64(0x28, BigInt(offset), true);
  view.setUint16(0x3a, entrySize, true);
  view.setUint16(0x3c, entryCount, true);
  return bytes;
}

Deno.test("elfPart() ends behind the section header table", () => {
  assert.equal(elfPart(elf(200, 64, 3, 1000)).length, 200 + 64 * 3);
});

Deno.test("elfPart() refuses what is not an ELF file", () => {
  assert.throws(() => elfPart(new Uint8Array(100)), /not an ELF file/);
});
