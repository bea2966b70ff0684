/** How an image came to be: its config's history, with the sizes of the layers that its steps made. */
import type { StorePaths } from "../store/paths.ts";
import type { Digest } from "../../oci/digest.ts";
import type { StoredImage } from "./image.ts";
import { unpackedLayerBytes } from "./layer_store.ts";

/** One step; the fields are "" where the image does not say. */
export interface HistoryStep {
  /** of the image, for its last step; what the steps before it made has no ID */
  id?: Digest;
  /** RFC 3339 */
  createdAt?: string;
  createdBy: string;
  comment: string;
  /** of the step's layer, unpacked; 0 when it made none */
  sizeBytes: number;
}

/**
 * The steps of an image, the last one first. Layers that the history does not tell of stand as steps of their own.
 * Source: OCI image-spec config.md, "history".
 */
export function imageHistory(paths: StorePaths, { id, diffIDs, config }: StoredImage): HistoryStep[] {
  const layers = diffIDs.map((diffID) => unpackedLayerBytes(paths, diffID) ?? 0);
  const told = (config.history ?? []).map((entry) => ({
    createdAt: Number.isNaN(Date.parse(entry.created ?? "")) ? undefined : entry.created,
    createdBy: entry.created_by ?? "",
    comment: entry.comment ?? "",
    sizeBytes: entry.empty_layer ? 0 : layers.shift() ?? 0,
  }));
  const untold = layers.map((sizeBytes) => ({ createdBy: "", comment: "", sizeBytes }));
  return [...told, ...untold].reverse().map((step, index) => index === 0 ? { ...step, id } : step);
}
