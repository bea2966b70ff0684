/** Showing a pull: bars that are redrawn on a terminal, one line per step elsewhere. Always on standard error. */
import type { OnPullEvent, PullEvent } from "../../image/progress.ts";
import type { CliContext } from "../context.ts";
import { PullState, renderProgress, stepLine } from "./pull_state.ts";

/** Fast enough for the eye. */
const REDRAW_MS = 100;

/** What a person sees of a pull; disposing ends it. */
export interface PullDisplay extends Disposable {
  onEvent: OnPullEvent;
  /** draws what is left; nothing more may come */
  end(): void;
}

/** Redrawn in place on a terminal, a line for each step elsewhere; nothing when `quiet`. */
export function showPull(context: CliContext, { quiet }: { quiet: boolean }): PullDisplay {
  if (quiet) return display(() => {}, () => {});
  const canRedraw = Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb";
  return canRedraw ? redrawn(context) : lineByLine(context);
}

function lineByLine(context: CliContext): PullDisplay {
  const state = new PullState();
  return display((event) => {
    const line = stepLine(state.apply(event), event);
    if (line !== undefined) context.notify(line);
  }, () => {});
}

function redrawn(context: CliContext): PullDisplay {
  const state = new PullState();
  let drawnLines = 0;
  let timer: number | undefined;
  const draw = () => {
    timer = undefined;
    const { columns, rows } = terminalSize();
    // The cursor can't go up past the first row: of many layers the last ones are shown.
    const lines = renderProgress(state, columns).slice(1 - rows);
    if (lines.length === 0) return;
    // Up to the first line drawn before; each line is erased as it is drawn again.
    const up = drawnLines > 0 ? `\x1b[${drawnLines}A` : "";
    context.notify(up + lines.map((line) => `\r\x1b[2K${line}`).join("\n"));
    drawnLines = Math.max(drawnLines, lines.length);
  };
  return display((event) => {
    state.apply(event);
    timer ??= setTimeout(draw, REDRAW_MS);
  }, () => {
    clearTimeout(timer);
    draw();
  });
}

/** Serial consoles and some pseudo-terminals do not know their size, and say 0. */
function terminalSize(): { columns: number; rows: number } {
  const { columns, rows } = Deno.consoleSize();
  return { columns: columns || 80, rows: rows || 24 };
}

function display(onEvent: (event: PullEvent) => void, finish: () => void): PullDisplay {
  let ended = false;
  const end = () => {
    if (!ended) finish();
    ended = true;
  };
  return { onEvent, end, [Symbol.dispose]: end };
}
