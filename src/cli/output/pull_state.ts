/** What is known of a pull, and its lines: pure, so that a test can look at them. */
import { type Digest, hexOf } from "../../../oci/digest.ts";
import { formatDecimalSize } from "../../base/units.ts";
import type { LayerPhase, PullEvent } from "../../image/progress.ts";
import { printable } from "./printable.ts";

const SHORT_ID = 12;
const BAR_WIDTH = 30;

interface LayerState {
  phase: LayerPhase | "queued";
  doneBytes: number;
  totalBytes: number;
}

const PHASE_WORDS: Record<LayerState["phase"], string> = {
  queued: "Waiting",
  downloading: "Downloading",
  syncing: "Writing to disk",
  done: "Pull complete",
  exists: "Already exists",
};

/** The sum of the events so far. */
export class PullState {
  reference: string | undefined;
  manifestDigest: Digest | undefined;
  /** lowest first */
  readonly layers = new Map<Digest, LayerState>();
  /** the last thing that held the pull up */
  note: string | undefined;

  /** Takes an event in; returns whether a layer came into another phase by it. */
  apply(event: PullEvent): boolean {
    switch (event.kind) {
      case "resolved":
        this.reference = event.reference;
        this.manifestDigest = event.manifestDigest;
        for (const { digest, sizeBytes } of event.layers) {
          const known = this.layers.get(digest);
          if (!known) this.layers.set(digest, { phase: "queued", doneBytes: 0, totalBytes: sizeBytes });
        }
        return true;
      case "layer": {
        const changed = this.layers.get(event.digest)?.phase !== event.phase;
        const { phase, doneBytes, totalBytes } = event;
        this.layers.set(event.digest, { phase, doneBytes, totalBytes });
        this.note = undefined;
        return changed;
      }
      default:
        this.note = noteOf(event);
        return true;
    }
  }
}

/** The whole picture, each line cut at `columns`. */
export function renderProgress(state: PullState, columns: number): string[] {
  if (state.reference === undefined) return state.note === undefined ? [] : [state.note.slice(0, columns)];
  const lines = [`Pulling ${state.reference}`];
  for (const [digest, layer] of state.layers) lines.push(`${shortId(digest)}: ${layerText(layer)}`);
  lines.push(state.note ?? `Digest: ${state.manifestDigest}`);
  return lines.map((line) => line.slice(0, columns));
}

/** The line for an event where nothing can be redrawn; none unless `changed`. */
export function stepLine(changed: boolean, event: PullEvent): string | undefined {
  if (!changed) return undefined;
  switch (event.kind) {
    case "resolved":
      return `Pulling ${event.reference} (${event.manifestDigest})`;
    case "layer":
      return `${shortId(event.digest)}: ${PHASE_WORDS[event.phase]}`;
    default:
      return noteOf(event);
  }
}

function layerText({ phase, doneBytes, totalBytes }: LayerState): string {
  if (phase !== "downloading") return PHASE_WORDS[phase];
  const part = totalBytes > 0 ? Math.min(1, doneBytes / totalBytes) : 0;
  const filled = Math.round(part * BAR_WIDTH);
  const bar = `${"=".repeat(filled)}${filled < BAR_WIDTH ? ">" : ""}`.padEnd(BAR_WIDTH).slice(0, BAR_WIDTH);
  return `${PHASE_WORDS[phase]} [${bar}] ${formatDecimalSize(doneBytes)}/${formatDecimalSize(totalBytes)}`;
}

function noteOf(event: PullEvent & { kind: "retry" | "waiting" }): string {
  if (event.kind === "waiting") return printable(`Waiting: ${event.reason}`);
  const delay = event.delayMs > 0 ? ` in ${Math.ceil(event.delayMs / 1000)} s` : "";
  return printable(`Retrying ${event.what}${delay}: ${event.reason}`);
}

function shortId(digest: Digest): string {
  return hexOf(digest).slice(0, SHORT_ID);
}
