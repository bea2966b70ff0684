import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { bytesOf, inPieces, joinBytes } from "../../base/tar/testing.ts";
import { type Compression, compressionOf, detectCompression, layerMediaType } from "./compression.ts";
import { decompress } from "./decompress.ts";
import { LayerError } from "./layer_error.ts";

const TEXT = Array.from({ length: 200_000 }, (_, i) => String(i * i % 9973)).join(" ");
const FIRST = bytesOf(TEXT.slice(0, 700_000));
const SECOND = bytesOf(TEXT.slice(700_000));
const gzip = (bytes: Uint8Array) => joinBytes(gzipSync(bytes));
const zstd = (bytes: Uint8Array) => joinBytes(zstdCompressSync(bytes));

async function inflate(bytes: Uint8Array, compression: Compression, pieceBytes?: number): Promise<string> {
  const chunks = await Array.fromAsync(decompress(inPieces(bytes, pieceBytes), compression));
  return new TextDecoder().decode(joinBytes(...chunks));
}

/** RFC 8878 §3.1.2 */
function skippableFrame(sizeBytes: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(8));
  header.setUint32(0, 0x184d2a57, true);
  header.setUint32(4, sizeBytes, true);
  return joinBytes(new Uint8Array(header.buffer), new Uint8Array(sizeBytes).fill(7));
}

for (const pieceBytes of [1000, 64 * 1024]) {
  Deno.test(`decompress() reads concatenated gzip members (in pieces of ${pieceBytes})`, async () => {
    assert.equal(await inflate(joinBytes(gzip(FIRST), gzip(SECOND)), "gzip", pieceBytes), TEXT);
  });

  Deno.test(`decompress() reads concatenated and skippable zstd frames (in pieces of ${pieceBytes})`, async () => {
    const frames = [
      skippableFrame(10),
      zstd(FIRST),
      skippableFrame(200_000),
      zstd(SECOND),
      skippableFrame(0),
    ];
    assert.equal(await inflate(joinBytes(...frames), "zstd", pieceBytes), TEXT);
  });
}

Deno.test("decompress() reads thousands of zstd frames", async () => {
  const frames = Array.from({ length: 3000 }, (_, i) => zstd(bytesOf(`frame ${i}\n`.repeat(1 + i % 20))));
  const expected = Array.from({ length: 3000 }, (_, i) => `frame ${i}\n`.repeat(1 + i % 20)).join("");
  assert.equal(await inflate(joinBytes(...frames), "zstd"), expected);
});

Deno.test("decompress() passes plain bytes on", async () => {
  assert.equal(await inflate(FIRST, "none"), TEXT.slice(0, 700_000));
});

const DAMAGED: [string, Compression, Uint8Array][] = [
  ["gzip data that ends early", "gzip", gzip(FIRST).subarray(0, -500)],
  ["gzip data without its trailer", "gzip", gzip(FIRST).subarray(0, -4)],
  ["no gzip data at all", "gzip", new Uint8Array(0)],
  ["gzip data with a wrong checksum", "gzip", changed(gzip(FIRST), -6)],
  ["something else than gzip", "gzip", FIRST],
  ["a second gzip member that is none", "gzip", joinBytes(gzip(FIRST), FIRST)],
  ["zstd data that ends early", "zstd", zstd(FIRST).subarray(0, -500)],
  ["zstd data that ends in a header", "zstd", zstd(FIRST).subarray(0, 5)],
  ["something else than zstd", "zstd", FIRST],
  ["garbage behind a zstd frame", "zstd", joinBytes(zstd(FIRST), FIRST)],
  ["a zstd block of the reserved type", "zstd", joinBytes(bytesOf("\x28\xb5\x2f\xfd\x00\x00\x07\x00\x00"))],
  ["zstd data with a wrong block", "zstd", corrupted(zstd(FIRST))],
  ["a zstd window of 2 GiB", "zstd", joinBytes(bytesOf("\x28\xb5\x2f\xfd\x00\xa8\x09\x00\x00x"))],
];

function corrupted(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => index > 20 && index < 60 ? byte ^ 0xff : byte);
}

function changed(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, bytes.at(at)! ^ 1);
}

for (const [what, compression, bytes] of DAMAGED) {
  Deno.test(`decompress() refuses ${what}`, async () => {
    await assert.rejects(
      inflate(bytes, compression),
      (error) => error instanceof LayerError && /damaged|ends early/.test(error.message),
    );
  });
}

for (const compression of ["gzip", "zstd"] as const) {
  const packed = compression === "gzip" ? gzip(FIRST) : zstd(FIRST);

  Deno.test(`decompress() passes on an error of its ${compression} source as it is`, async () => {
    const broken = new Error("connection lost");
    async function* source() {
      yield* inPieces(packed.subarray(0, 5000), 1000);
      throw broken;
    }
    await assert.rejects(Array.fromAsync(decompress(source(), compression)), (error) => error === broken);
  });

  Deno.test(`decompress() passes on an error that comes behind the ${compression} data`, async () => {
    const broken = new Error("wrong digest");
    async function* source() {
      yield* inPieces(packed, 1000);
      throw broken;
    }
    await assert.rejects(Array.fromAsync(decompress(source(), compression)), (error) => error === broken);
  });

  Deno.test(`decompress() closes its ${compression} source when nobody wants more`, async () => {
    let closed = false;
    async function* source() {
      try {
        for (;;) yield* inPieces(packed, 1000);
      } finally {
        closed = true;
      }
    }
    for await (const _ of decompress(source(), compression)) break;
    assert.ok(closed);
  });
}

Deno.test("decompress() reads padding of zeros behind gzip data to its end", async () => {
  let seen = 0;
  async function* source() {
    for await (const piece of inPieces(joinBytes(gzip(FIRST), new Uint8Array(300_000)), 1000)) {
      seen += piece.length;
      yield piece;
    }
  }
  await Array.fromAsync(decompress(source(), "gzip"));
  assert.equal(seen, gzip(FIRST).length + 300_000);
});

Deno.test("detectCompression() knows gzip and zstd by their first bytes, and takes the rest for a tar", () => {
  assert.equal(detectCompression(gzip(FIRST)), "gzip");
  assert.equal(detectCompression(zstd(FIRST).subarray(0, 4)), "zstd");
  assert.equal(detectCompression(FIRST), "none");
  assert.equal(detectCompression(new Uint8Array(0)), "none");
});

Deno.test("compressionOf() knows the media types of OCI and of docker", () => {
  assert.equal(compressionOf("application/vnd.docker.image.rootfs.diff.tar.gzip"), "gzip");
  assert.equal(compressionOf("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"), "zstd");
  for (const compression of ["none", "gzip", "zstd"] as const) {
    assert.equal(compressionOf(layerMediaType(compression)), compression);
  }
  assert.throws(() => compressionOf("constructor"), LayerError);
});
