import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { inPieces, joinBytes, makeEntry, makeTar } from "../../base/tar/testing.ts";
import { layerMediaType } from "./compression.ts";
import { LayerError } from "./layer_error.ts";
import { LIMITS, unpackBytes } from "./testing.ts";
import { unpackLayer } from "./unpack.ts";

const MIB = 1024 ** 2;

/** A tar with one file of zeros. */
function zeros(sizeBytes: number): Uint8Array {
  return joinBytes(makeEntry({ name: "zeros", size: sizeBytes }), new Uint8Array(sizeBytes + 1024));
}

for (const [compression, compress] of [["gzip", gzipSync], ["zstd", zstdCompressSync]] as const) {
  Deno.test(`a ${compression} bomb is given up at the ratio, with its file far from complete`, async () => {
    const bomb = joinBytes(compress(zeros(300 * MIB)));
    const directory = await Deno.makeTempDir();
    const mediaType = layerMediaType(compression);
    await assert.rejects(
      unpackLayer(inPieces(bomb), { directory, mediaType, limits: LIMITS }),
      (error) => error instanceof LayerError && /more than 200 times its size/.test(error.message),
    );
    assert.ok(Deno.statSync(`${directory}/zeros`).size < 100 * MIB);
    await Deno.remove(directory, { recursive: true });
  });
}

Deno.test("a small layer of zeros is no bomb", async () => {
  using layer = await unpackBytes(joinBytes(gzipSync(zeros(32 * MIB))), { compression: "gzip" });
  assert.equal(layer.unpackedBytes, 32 * MIB);
});

Deno.test("a layer that unpacks to more than maxBytes is given up", async () => {
  const limits = { ...LIMITS, maxBytes: MIB };
  await assert.rejects(unpackBytes(zeros(2 * MIB), { limits }), /more than the limit of 1.05MB/);
});

Deno.test("what lies behind the end of the archive counts, too", async () => {
  const limits = { ...LIMITS, maxBytes: MIB };
  const bytes = joinBytes(makeTar([{ name: "a" }]), new Uint8Array(2 * MIB));
  await assert.rejects(unpackBytes(bytes, { limits }), /more than the limit/);
});

Deno.test("a layer with more entries than the limit is given up", async () => {
  const limits = { ...LIMITS, maxEntries: 2 };
  const bytes = makeTar([{ name: "a" }, { name: ".wh.b" }, { name: "c" }]);
  await assert.rejects(unpackBytes(bytes, { limits }), /more than 2 entries/);
});

Deno.test("a disk without the reserve refuses", async () => {
  const limits = { ...LIMITS, reserveBytes: Number.MAX_SAFE_INTEGER };
  await assert.rejects(unpackBytes(makeTar([{ name: "a" }]), { limits }), /are to stay free/);
});

Deno.test("a full disk is said in a sentence", async () => {
  const directory = await Deno.makeTempDir();
  // A mount namespace would need a process of its own; a small tmpfs is mounted and taken away again.
  const mount = (...args: string[]) => new Deno.Command(args[0], { args: args.slice(1) }).output();
  assert.ok((await mount("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory)).success);
  try {
    const options = { directory, mediaType: layerMediaType("none"), limits: LIMITS };
    await assert.rejects(
      unpackLayer(inPieces(zeros(4 * MIB)), options),
      (error) =>
        error instanceof LayerError &&
        error.message === "Cannot unpack 'zeros' of the layer: the disk is full",
    );
  } finally {
    await mount("umount", directory);
    await Deno.remove(directory);
  }
});
