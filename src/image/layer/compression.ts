/** How a layer's tar is packed: told by its media type, or by its first bytes where there is none. */
import { LayerError } from "./layer_error.ts";

/** Of the tar in a layer's blob. */
export type Compression = "none" | "gzip" | "zstd";

/** image-spec layer.md; docker's image manifest v2 schema 2, "Media Types". The foreign ones are as the others. */
const COMPRESSIONS: Record<string, Compression> = {
  "application/vnd.oci.image.layer.v1.tar": "none",
  "application/vnd.oci.image.layer.v1.tar+gzip": "gzip",
  "application/vnd.oci.image.layer.v1.tar+zstd": "zstd",
  "application/vnd.oci.image.layer.nondistributable.v1.tar": "none",
  "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip": "gzip",
  "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd": "zstd",
  "application/vnd.docker.image.rootfs.diff.tar": "none",
  "application/vnd.docker.image.rootfs.diff.tar.gzip": "gzip",
  "application/vnd.docker.image.rootfs.diff.tar.zstd": "zstd",
  "application/vnd.docker.image.rootfs.foreign.diff.tar": "none",
  "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip": "gzip",
};

/** @throws LayerError for a media type that is no layer's */
export function compressionOf(mediaType: string): Compression {
  const compression = Object.hasOwn(COMPRESSIONS, mediaType) ? COMPRESSIONS[mediaType] : undefined;
  if (!compression) {
    throw new LayerError(`its media type '${mediaType}' is not one that budgie can read`, {
      hint: "Layers are tar archives, plain or compressed with gzip or zstd",
    });
  }
  return compression;
}

/** The media type that stands for a compression, for a tar that came without one. */
export function layerMediaType(compression: Compression): string {
  return `application/vnd.oci.image.layer.v1.tar${compression === "none" ? "" : `+${compression}`}`;
}

/** Looks at the magic of the first bytes (four are enough); whatever is not compressed is taken for a tar. */
export function detectCompression(firstBytes: Uint8Array): Compression {
  if (startsWith(firstBytes, GZIP_MAGIC)) return "gzip";
  if (startsWith(firstBytes, ZSTD_MAGIC)) return "zstd";
  return "none";
}

/** RFC 1952 §2.3.1 */
const GZIP_MAGIC = [0x1f, 0x8b];
/** RFC 8878 §3.1.1 */
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

function startsWith(bytes: Uint8Array, magic: number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
