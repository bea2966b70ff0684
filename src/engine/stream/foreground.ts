/** A container that has our terminal, our pipes and our signals: `run`, `start -a` and `attach`. */
import { sleep } from "../../base/sleep.ts";
import { parseSignal } from "../../base/signals.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { DetachKeys } from "./detach_keys.ts";
import type { Engine } from "../engine.ts";
import { onSignals } from "./on_signals.ts";
import { hearing, signalInit } from "../process.ts";
import type { Pump, PumpOptions } from "./pump.ts";
import { PumpLoop } from "./pump_loop.ts";
import { resizeTerminal } from "./resize.ts";
import * as own from "./terminal_streams.ts";

export interface ForegroundOptions {
  /** connect our standard input */
  stdin: boolean;
  /** pass signals on to the container's process; else they make us leave */
  sigProxy: boolean;
  detachKeys: DetachKeys;
  onWarning?: (message: string) => void;
}

/** What a pump is made with; the rest is for whoever connects it. */
export type Connect = (
  options: Omit<PumpOptions, "container"> & { loop: PumpLoop; signal: AbortSignal },
) => Promise<Pump>;

/** The container goes on without us, because of the keys that say so, or of a signal. */
export type Left = "detached" | Deno.Signal;

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
/** At a process that does not seem to hear a signal: it may have its own way to, or not want it. */
const MAX_LOOKS = 100;

/**
 * Passes everything on until the container has ended or we leave it. The caller holds the pump lock.
 * @returns undefined when it has ended
 * @throws OutputClosedError when nobody reads our output any more; what `connect` throws
 */
export async function inForeground(
  engine: Engine,
  record: ContainerRecord,
  options: ForegroundOptions,
  connect: Connect,
): Promise<Left | undefined> {
  const { tty } = record.options;
  const leaving = new AbortController();
  const leave = (left: Left) => leaving.abort(left);
  using loop = new PumpLoop();
  using _signals = handleSignals(engine, record, options, leave);
  using pump = await connect({
    loop,
    stdin: options.stdin ? own.STDIN_FD : undefined,
    detachKeys: tty ? { keys: options.detachKeys, onDetach: () => leave("detached") } : undefined,
    listener: own.toOwnStreams,
    signal: leaving.signal,
    onWarning: options.onWarning,
    windowSize: tty ? own.windowSize() : undefined,
  });
  using _terminal = tty ? useTerminal(engine, record, pump, options) : undefined;
  await loop.add(pump);
  return leaving.signal.aborted ? leaving.signal.reason : undefined;
}

/** From before the start, so that none is lost: one that comes too early is given to the process when it can hear it. */
function handleSignals(
  engine: Engine,
  record: ContainerRecord,
  { stdin, sigProxy }: ForegroundOptions,
  leave: (left: Left) => void,
): Disposable {
  if (!sigProxy || (record.options.tty && stdin)) return onSignals(LEAVING, leave);
  const stack = new DisposableStack();
  const ended = stack.adopt(new AbortController(), (controller) => controller.abort());
  stack.use(onSignals(PROXIED, (signal) => void passOn(engine, record, signal, ended.signal)));
  return stack;
}

/** With its size, which the container's process follows, and in raw mode where the container reads from it. */
function useTerminal(
  engine: Engine,
  record: ContainerRecord,
  pump: Pump,
  { stdin }: ForegroundOptions,
): Disposable {
  const stack = new DisposableStack();
  const resize = () => resizeTerminal(engine.paths, record.id, pump, own.windowSize());
  stack.use(onSignals(["SIGWINCH"], resize));
  resize();
  if (stdin) stack.use(own.lendTerminal());
  return stack;
}

async function passOn(
  engine: Engine,
  record: ContainerRecord,
  name: Deno.Signal,
  ended: AbortSignal,
): Promise<void> {
  const signal = parseSignal(name);
  const { paths } = engine;
  for (let [looks, heard] = [0, 0]; !ended.aborted; await sleep(PASS_ON_PAUSE_MS)) {
    const state = hearing(paths, record, signal);
    if (state === "runtime's" || (state === "deaf" && ++looks < MAX_LOOKS)) continue;
    // Once may be in the midst of execve(2), when it has its name already and still the runtime's handlers.
    if (state === "hears" && ++heard < 2) continue;
    if (signalInit(paths, record.id, signal)) return;
  }
}
