/** Running a container in the foreground: the terminal, the pipes, the signals and the exit code are its. */
import { BudgieError, NotFoundError } from "../base/errors.ts";
import { sleep } from "../base/sleep.ts";
import { parseSignal } from "../base/signals.ts";
import { type HostFacts, hostFacts } from "../bundle/host_facts.ts";
import type { ContainerOptions, ContainerRecord } from "../store/container.ts";
import { createContainer, type CreateContext } from "./create.ts";
import type { Engine } from "./engine.ts";
import { lockForChange } from "./locks.ts";
import { signalInit } from "./process.ts";
import { onSignals } from "./on_signals.ts";
import type { Pump } from "./pump.ts";
import { resizeTerminal } from "./resize.ts";
import { settleOwned } from "./settle.ts";
import { startContainer } from "./start.ts";
import { StartError } from "./start_error.ts";
import * as own from "./terminal_streams.ts";

export interface RunContext extends Omit<CreateContext, "host"> {
  /** connect our standard input */
  stdin: boolean;
  /** the container has a name and a record, and does not run yet */
  onCreated?: (id: string) => void;
}

/** What docker's --sig-proxy passes on, of what a process can catch. */
const PROXIED: Deno.Signal[] = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGCONT",
];
/** With the terminal in the container's hands, keys come as bytes; these mean that we ourselves shall go. */
const LEAVING: Deno.Signal[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"];
const PASS_ON_PAUSE_MS = 5;

/**
 * Creates and starts a container and waits for its end.
 *
 * @returns the container's exit code, 128 + n after signal n
 * @throws StartError with docker's 125, 126 or 127 when its process could not be started
 */
export async function runContainer(
  engine: Engine,
  options: ContainerOptions,
  context: RunContext,
): Promise<number> {
  own.requireTerminal({ tty: options.tty, stdin: context.stdin });
  const host = hostFacts();
  const { record, pumpLock } = await createContainer(engine, options, {
    ...context,
    host,
    desired: "running",
  });
  using _pumpLock = pumpLock;
  const leaving = new AbortController();
  try {
    context.onCreated?.(record.id);
    context.signal?.throwIfAborted();
    using _signals = handleSignals(engine, record, leaving);
    using pump = await start(engine, record, { ...context, host, signal: leaving.signal });
    await inForeground(engine, record, pump);
  } catch (error) {
    if (error instanceof own.OutputClosedError) return leaveRunning(record, error);
    await settleOwned(engine, record); // with --rm, nothing of a failed start stays
    throw error;
  }
  if (leaving.signal.aborted) return 128 + parseSignal(leaving.signal.reason);
  const ended = await settleOwned(engine, record);
  if (ended.status === "created") throw new StartError(record, ended);
  return ended.exitCode;
}

/** From before the start, so that none is lost: one that comes too early is given to the process when it is there. */
function handleSignals(engine: Engine, record: ContainerRecord, leaving: AbortController): Disposable {
  const { tty, stdinOpen } = record.options;
  if (tty && stdinOpen) return onSignals(LEAVING, (signal) => leaving.abort(signal));
  const stack = new DisposableStack();
  const ended = stack.adopt(new AbortController(), (controller) => controller.abort());
  stack.use(onSignals(PROXIED, (signal) => void passOn(engine, record, signal, ended.signal)));
  return stack;
}

/** Holds the change lock until the container's process is there, so that a `stop` or `rm` finds it. */
async function start(
  engine: Engine,
  record: ContainerRecord,
  context: RunContext & { host: HostFacts; signal: AbortSignal },
): Promise<Pump> {
  using undo = new DisposableStack();
  const changeLock = undo.use(await lockForChange(engine.paths, record.id));
  if (!changeLock) throw new NotFoundError("container", record.name); // somebody was quick to remove it
  const { tty } = record.options;
  const pump = await startContainer(engine, record, {
    tty,
    stdin: context.stdin ? own.STDIN_FD : undefined,
    listener: own.toOwnStreams,
    signal: context.signal,
    host: context.host,
    onStarted: () => changeLock[Symbol.dispose](),
    onWarning: context.onWarning,
    windowSize: tty ? own.windowSize() : undefined,
  });
  undo.move(); // the pump gives the lock back
  return pump;
}

/** Pumps until the end, with the terminal in the container's hands. */
async function inForeground(engine: Engine, record: ContainerRecord, pump: Pump): Promise<void> {
  using stack = new DisposableStack();
  if (record.options.tty) {
    stack.use(onSignals(["SIGWINCH"], () => resizeTerminal(engine.paths, record.id, pump, own.windowSize())));
    if (record.options.stdinOpen) stack.use(own.lendTerminal());
  }
  await pump.run();
}

async function passOn(
  engine: Engine,
  record: ContainerRecord,
  name: Deno.Signal,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted && !signalInit(engine.paths, record.id, parseSignal(name))) {
    await sleep(PASS_ON_PAUSE_MS);
  }
}

function leaveRunning(record: ContainerRecord, cause: own.OutputClosedError): never {
  throw new BudgieError(`Cannot show more of '${record.name}': ${cause.message}`, {
    cause,
    hint: `The container goes on: see 'budgie logs ${record.name}', end it with 'budgie stop ${record.name}'`,
    exitCode: 128 + parseSignal("PIPE"),
  });
}
