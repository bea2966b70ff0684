/** A root file system as a tar becomes an image of one layer. */
import { BudgieError, UsageError } from "../base/errors.ts";
import { shownName } from "../base/tar/byte_string.ts";
import type { StorePaths } from "../store/paths.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ExecutionConfig, ImageConfig, Platform } from "../../oci/image.ts";
import { formatPlatform, hostPlatform, parsePlatform } from "../../oci/platform.ts";
import type { StoredImage } from "./image.ts";
import { recordImageEvent } from "./image_event.ts";
import { holdImages } from "./in_use.ts";
import { LayerError } from "./layer/layer_error.ts";
import type { UnpackLimits } from "./layer/limits.ts";
import { ensureLayout, readEntries } from "./layout.ts";
import { unpackLimits } from "./limits.ts";
import { addImage, layerDescriptor, newImageName } from "./new_image.ts";
import { cleanTemporary } from "./pull/temporary.ts";
import { storeLayer } from "./store_layer.ts";

/** What the new image's config says, and what may be spent on making it. */
export interface ImportOptions {
  /** name or name:tag; undefined: the image has an ID only */
  reference?: string;
  cmd?: string[];
  entrypoint?: string[];
  /** `NAME=value` */
  env?: string[];
  /** `linux/arm64`; undefined: the host's */
  platform?: string;
  workdir?: string;
  user?: string;
  labels?: Record<string, string>;
  /** for the image's history */
  message?: string;
  limits?: UnpackLimits;
  signal?: AbortSignal;
}

/**
 * @param tar plain, or packed with gzip or zstd; stored as it came
 * @throws BudgieError when it is not such an archive, and InvalidReferenceError
 */
export async function importImage(
  paths: StorePaths,
  tar: AsyncIterable<Uint8Array>,
  options: ImportOptions = {},
): Promise<StoredImage> {
  const name = options.reference === undefined ? undefined : newImageName(options.reference);
  const platform = options.platform === undefined ? hostPlatform() : linuxPlatform(options.platform);
  ensureLayout(paths);
  readEntries(paths); // an index that is damaged is told before the archive is read
  cleanTemporary(paths);
  using _hold = await holdImages(paths, options);
  const { limits = unpackLimits(), signal } = options;
  const layer = await storeLayer(paths, tar, { what: "the archive", limits, signal }).catch(importError);
  const image = {
    name,
    config: imageConfig(layer.diffID, platform, options),
    layers: [layerDescriptor(layer)],
    unpackedBytes: layer.unpackedBytes,
  };
  const imported = await addImage(paths, image, options);
  recordImageEvent(paths, "import", { id: imported.id, name: options.reference ?? imported.id });
  return imported;
}

function linuxPlatform(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform.os === "linux") return platform;
  throw new UsageError(`Cannot import for ${formatPlatform(platform)}: images are for linux here`, {
    hint: "Write linux/arm64, or leave --platform away",
  });
}

function imageConfig(diffID: Digest, platform: Platform, options: ImportOptions): ImageConfig {
  const created = new Date().toISOString();
  const { entrypoint, cmd, env, workdir, user, labels, message = "" } = options;
  const config: ExecutionConfig = {
    ...(user ? { User: user } : {}),
    ...(env ? { Env: env } : {}),
    ...(entrypoint ? { Entrypoint: entrypoint } : {}),
    ...(cmd ? { Cmd: cmd } : {}),
    ...(workdir ? { WorkingDir: workdir } : {}),
    ...(labels ? { Labels: labels } : {}),
  };
  return {
    created,
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant ? { variant: platform.variant } : {}),
    config,
    rootfs: { type: "layers", diff_ids: [diffID] },
    history: [{ created, created_by: "budgie import", ...(message ? { comment: message } : {}) }],
  };
}

function importError(error: unknown): never {
  if (!(error instanceof LayerError)) throw error;
  const { entry, reason, hint, cause } = error;
  const subject = entry === undefined ? "the archive" : `'${shownName(entry)}' of the archive`;
  throw new BudgieError(`Cannot import ${subject}: ${reason}`, { hint, cause });
}
