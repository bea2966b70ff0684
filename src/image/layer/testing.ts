/** Unpacking in tests: a fresh folder for each layer, with a neighbour that nothing may touch. */
import assert from "node:assert/strict";
import { inPieces, type MadeEntry, makeTar } from "../../base/tar/testing.ts";
import type { Compression } from "./compression.ts";
import { layerMediaType } from "./compression.ts";
import type { UnpackLimits } from "./limits.ts";
import { type UnpackedLayer, unpackLayer } from "./unpack.ts";

/** Enough for every good layer of the tests. */
export const LIMITS: UnpackLimits = { maxRatio: 200, reserveBytes: 0, maxEntries: 10_000 };

/** What came of it, and where. */
export interface TestLayer extends UnpackedLayer {
  /** the layer's folder */
  path: string;
  [Symbol.dispose](): void;
}

/** Unpacks an archive made of these entries. The caller disposes of the folder. */
export async function unpackEntries(entries: MadeEntry[]): Promise<TestLayer> {
  return await unpackBytes(makeTar(entries));
}

/** Unpacks bytes as they are. */
export async function unpackBytes(
  bytes: Uint8Array,
  { compression = "none", limits = LIMITS, signal }: {
    compression?: Compression;
    limits?: UnpackLimits;
    signal?: AbortSignal;
  } = {},
): Promise<TestLayer> {
  const around = Deno.makeTempDirSync();
  const path = `${around}/layer`;
  const dispose = () => Deno.removeSync(around, { recursive: true });
  Deno.mkdirSync(path);
  Deno.writeTextFileSync(`${around}/outside`, "untouched");
  const before = fingerprint(around);
  try {
    const mediaType = layerMediaType(compression);
    const unpacked = await unpackLayer(inPieces(bytes), { directory: path, mediaType, limits, signal });
    assert.equal(fingerprint(around), before, "something outside the layer changed");
    return { ...unpacked, path, [Symbol.dispose]: dispose };
  } catch (error) {
    assert.equal(fingerprint(around), before, "something outside the layer changed");
    dispose();
    throw error;
  }
}

// Everything around the layer's folder: which names there are, and what the file is.
function fingerprint(around: string): string {
  const names = [...Deno.readDirSync(around)].map(({ name }) => name).sort();
  const { mode, uid, gid, nlink, mtime } = Deno.lstatSync(`${around}/outside`);
  const content = Deno.readTextFileSync(`${around}/outside`);
  return JSON.stringify({ names, mode, uid, gid, nlink, mtime, content });
}
