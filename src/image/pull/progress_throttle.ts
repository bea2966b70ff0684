/** Progress that a person can follow: changes of phase at once, bytes a few times a second. */
import type { LayerPhase, OnPullEvent } from "../progress.ts";
import type { Digest } from "../../../oci/digest.ts";

const INTERVAL_MS = 100;

/** Reports one layer. */
export class LayerProgress {
  #lastMs = -Infinity;

  constructor(
    private readonly layer: { digest: Digest; size: number },
    private readonly onEvent: OnPullEvent | undefined,
    private readonly now: () => number = performance.now.bind(performance),
  ) {}

  /** @param doneBytes of the compressed layer */
  bytes(doneBytes: number): void {
    const nowMs = this.now();
    if (nowMs - this.#lastMs < INTERVAL_MS) return;
    this.#lastMs = nowMs;
    this.#tell("downloading", doneBytes);
  }

  phase(phase: LayerPhase): void {
    this.#tell(phase, phase === "downloading" ? 0 : this.layer.size);
  }

  #tell(phase: LayerPhase, doneBytes: number): void {
    const { digest, size } = this.layer;
    this.onEvent?.({ kind: "layer", digest, phase, doneBytes, totalBytes: size });
  }
}
