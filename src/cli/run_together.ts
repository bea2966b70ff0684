/** `budgie run` of several containers: in the background, or with all of their output until all have ended. */
import { beginWait, type ContainerWait } from "../engine/wait.ts";
import { killContainer } from "../engine/kill.ts";
import { readLogs } from "../engine/log/logs.ts";
import { onSignals } from "../engine/stream/on_signals.ts";
import {
  type Created,
  createTogether,
  type Described,
  startTogether,
  stopTogether,
} from "../engine/together/run_together.ts";
import type { CreateContext } from "../engine/create.ts";
import type { Engine } from "../engine/engine.ts";
import { BudgieError } from "../base/errors.ts";
import { unlessAborted } from "../base/unless_aborted.ts";
import type { CliContext } from "./context.ts";
import { LogOutput, takesColour } from "./output/log_output.ts";
import { writeToStream } from "./output/stream.ts";

export interface TogetherOptions extends Omit<CreateContext, "host"> {
  /** leave them running, and print their IDs */
  detach: boolean;
  onWarning: (message: string) => void;
  /** the images are there, and the containers made */
  onCreated: () => void;
}

/**
 * Sets the exit code to that of the first, in the order of the description, that ended with another one than 0.
 * @throws BudgieError when one can't be made, PartlyDoneError when one can't be started
 */
export async function runTogether(
  context: CliContext,
  plan: readonly Described[],
  options: TogetherOptions,
): Promise<void> {
  const engine = await context.engine();
  const created = await createTogether(engine, plan, options);
  options.onCreated();
  if (!options.detach) return await watchTogether(context, engine, created, options);
  await startTogether(engine, created, {
    onStarted: ({ record }) => context.print(record.id),
    onWarning: options.onWarning,
    supervise: () => context.supervise(),
    signal: context.signal(),
  });
}

async function watchTogether(
  context: CliContext,
  engine: Engine,
  created: readonly Created<Described>[],
  { onWarning }: TogetherOptions,
): Promise<void> {
  const signal = context.signal();
  const showing = new AbortController(); // to the last line of what is stopped, also after Ctrl-C
  const output = new LogOutput(created.map(({ record }) => record), {
    timestamps: false,
    prefix: true,
    coloured: takesColour(true),
    write: (stream, bytes) => writeToStream(stream, bytes, showing.signal),
    notify: context.notify,
  });
  using stack = new DisposableStack();
  const shown: Promise<void>[] = [];
  const waits = new Map<string, ContainerWait>();
  const show = ({ record }: Created<Described>) => {
    waits.set(record.id, stack.use(beginWait(engine, record.id)));
    shown.push(readLogs(engine, [record], { follow: true, signal: showing.signal }, output));
  };
  const supervise = () => context.supervise();
  try {
    await startTogether(engine, created, { onStarted: show, onWarning, supervise, signal });
    await unlessAborted(Promise.all(shown), signal);
  } catch (error) {
    context.notify("stopping the containers; again to kill them");
    using _again = onSignals(["SIGINT", "SIGTERM"], () => void killAll(engine, created));
    await stopTogether(engine, created);
    await Promise.allSettled(shown);
    throw error;
  }
  const codes = await Promise.all(created.map(({ record }) => waits.get(record.id)!.exitCode(signal)));
  context.exitCode = codes.find((code) => code !== 0) ?? 0;
}

async function killAll(engine: Engine, created: readonly Created<Described>[]): Promise<void> {
  await Promise.all(created.map(async ({ record }) => {
    try {
      await killContainer(engine, record.id, { signal: "KILL" });
    } catch (error) {
      if (!(error instanceof BudgieError)) throw error; // it has ended, or is gone
    }
  }));
}
