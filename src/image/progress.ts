/** What a pull tells while it works; drawing it is the caller's business. */
import type { Digest } from "../../oci/digest.ts";

/** One step of a pull. */
export type PullEvent =
  | {
    kind: "resolved";
    /** normalised */
    reference: string;
    manifestDigest: Digest;
    /** lowest first */
    layers: { digest: Digest; sizeBytes: number }[];
  }
  | { kind: "layer"; digest: Digest; phase: LayerPhase; doneBytes: number; totalBytes: number }
  | { kind: "retry"; what: string; reason: string; delayMs: number }
  | { kind: "waiting"; reason: string };

/** `exists`: unpacked here before, nothing to fetch. Bytes count what was downloaded, compressed. */
export type LayerPhase = "downloading" | "syncing" | "done" | "exists";

/** Hears of every step. */
export type OnPullEvent = (event: PullEvent) => void;
