/** What every command gets: where to write, how to stop, and the engine when it is needed. */
import type { ConfigFlags } from "../config/effective.ts";
import type { Engine } from "../engine/engine.ts";
import type { StorePaths } from "../store/paths.ts";
import { BudgieError } from "../base/errors.ts";
import { writeAll } from "../base/write_all.ts";

/** One for each run of the program. */
export interface CliContext {
  /** What the process exits with when no error ends the command. */
  exitCode: number;
  /** What a failure exits with when its error does not say: 125 for `run`, where 1 may be the container's. */
  failureCode: number;
  /** What stood before the command about the configuration. */
  config: ConfigFlags;
  /** Variables that have their value from the configuration file. */
  fromFile: readonly string[];
  /** Opened once, at the first use. What runs and has nobody to look after it gets a daemon, unless it is left. */
  engine(options?: { unattended?: "leave" }): Promise<Engine>;
  /** Sees that the daemon runs; the command does not end before it does. */
  supervise(): void;
  /** What was begun in the background has come to its end. */
  settled(): Promise<void>;
  /** Aborted by Ctrl-C and SIGTERM; asked for only by commands that have something to undo. */
  signal(): AbortSignal;
  /** The signal that aborted, as "SIGINT"; undefined while none did. */
  readonly interruptedBy: Deno.Signal | undefined;
  /** One line of data on standard output. */
  print(line: string): void;
  /** Text on standard output as it is. */
  write(text: string): void;
  /** One line of progress or warning on standard error. */
  notify(line: string): void;
  /** Says an error without ending the command, which will exit with the failure code. */
  report(error: unknown): void;
}

/** The reader of our output has gone, as in `budgie ps | head -1`: nothing more to do, nothing to say. */
export class OutputClosedError extends Error {
  override name = "OutputClosedError";
}

/** A context on this process's own streams and signals. `report` says an error to the person. */
export function createContext(report: (error: unknown) => void): CliContext {
  let engine: Promise<Engine> | undefined;
  let daemon: Promise<void> | undefined;
  let abort: AbortController | undefined;
  const context = {
    exitCode: 0,
    failureCode: 1,
    config: { set: new Map<string, string>() } as ConfigFlags,
    fromFile: [] as readonly string[],
    interruptedBy: undefined as Deno.Signal | undefined,
    engine: ({ unattended }: { unattended?: "leave" } = {}) =>
      engine ??= import("../engine/open.ts").then(({ openEngine }) =>
        openEngine({
          onUnattended: unattended === "leave" ? undefined : ({ paths }) => context.supervise(paths),
        })
      ),
    supervise: (paths?: StorePaths) => {
      daemon ??= ensureDaemon(context, paths);
    },
    settled: async () => await daemon,
    signal: () => {
      abort ??= abortOnSignals((signal) => context.interruptedBy = signal);
      return abort.signal;
    },
    print: (line: string) => context.write(`${line}\n`),
    write: (text: string) => writeOut(new TextEncoder().encode(text)),
    notify: (line: string) => writeAll(Deno.stderr, new TextEncoder().encode(`${line}\n`)),
    report: (error: unknown) => {
      report(error);
      context.exitCode = context.failureCode;
    },
  };
  return context;
}

async function ensureDaemon(context: CliContext, known: StorePaths | undefined): Promise<void> {
  const { ensureDaemon } = await import("../daemon/client.ts");
  const complaint = await ensureDaemon(known ?? (await context.engine()).paths);
  if (complaint) context.notify(`Warning: ${complaint}`);
}

/**
 * Bytes to standard output, whole.
 * @throws OutputClosedError when nobody reads any more
 */
export function writeOut(bytes: Uint8Array): void {
  try {
    writeAll(Deno.stdout, bytes);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new OutputClosedError();
    const reason = error instanceof Error ? error.message : String(error);
    throw new BudgieError(`Cannot write to standard output: ${reason}`, { cause: error });
  }
}

// The second signal finds no listener any more and ends the process the usual way.
function abortOnSignals(onSignal: (signal: Deno.Signal) => void): AbortController {
  const abort = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    const listener = () => {
      Deno.removeSignalListener(name, listener);
      onSignal(name);
      abort.abort(new DOMException(`interrupted by ${name}`, "AbortError"));
    };
    Deno.addSignalListener(name, listener);
  }
  return abort;
}
