/** Running a command in a container to learn of it: its output is kept, and it gets only so much time. */
import { execArgs } from "../../runtime/args.ts";
import { parseRuntimeFailure } from "../../runtime/failure.ts";
import { sleep } from "../../base/sleep.ts";
import { within } from "../../base/within.ts";
import { readPid, readSmall } from "../container_files.ts";
import type { Engine } from "../engine.ts";
import { type ExecFiles, execFiles, makeExecFolder, removeExecFolder } from "./exec_folder.ts";
import { writeProcessFile } from "./exec_process.ts";
import { killSession } from "./kill_session.ts";
import { runtimeGlobals } from "../runtime_state.ts";
import type { ContainerView } from "../view.ts";

export interface ProbeOptions {
  command: string[];
  timeoutMs: number;
  /** what comes after is read and forgotten */
  maxOutputBytes: number;
  /** ends it as its timeout does; the probe then rejects with the signal's reason */
  signal?: AbortSignal;
}

export interface ProbeResult {
  /** the command's own; 125, 126 or 127 when it could not be started; -1 when it was killed for want of time */
  exitCode: number;
  /** standard output and error in the order they came, or why it could not be started */
  output: string;
  timedOut: boolean;
}

/** For what a command wrote just before its end; one that it left behind may hold the pipe for ever. */
const DRAIN_MS = 200;

/**
 * Runs `command` as the container's own user, without input. In time or not, it never throws for what the
 * command does; what takes too long is killed, with all that it has started.
 */
export async function probeInContainer(
  engine: Engine,
  view: ContainerView,
  options: ProbeOptions,
): Promise<ProbeResult> {
  using stack = new DisposableStack();
  const files = execFiles(stack.adopt(makeExecFolder(engine.paths), removeExecFolder));
  writeProcessFile(engine, view, {
    command: options.command,
    environment: [],
    tty: false,
    privileged: false,
    path: files.process,
  });
  const child = spawnRuntime(engine, view, files);
  child.stdin.close().catch(() => {}); // empty, and not the host's /dev/null (exec_streams.ts)
  const output = new Capture(options.maxOutputBytes);
  const read = Promise.all([output.read(child.stdout), output.read(child.stderr)]);
  const timedOut = !await endsInTime(child.status, options);
  if (timedOut) {
    killSession(view.record.id, readPid(files.pid));
    endRuntime(child);
  }
  const { code } = await child.status;
  // It may have been started between the look and the kill.
  if (timedOut) killSession(view.record.id, readPid(files.pid));
  await within(read, DRAIN_MS);
  await output.close();
  options.signal?.throwIfAborted();
  if (timedOut) return { exitCode: -1, output: output.text(), timedOut };
  const failure = code === 0 ? undefined : parseRuntimeFailure(readSmall(files.log) ?? "");
  if (failure) return { exitCode: failure.exitCode, output: failure.message, timedOut };
  return { exitCode: code, output: output.text(), timedOut };
}

/** False when the time is over, or the signal aborts, before. */
async function endsInTime(status: Promise<unknown>, { timeoutMs, signal }: ProbeOptions): Promise<boolean> {
  const ended = new AbortController();
  const waiting = sleep(timeoutMs, signal ? AbortSignal.any([ended.signal, signal]) : ended.signal);
  status.finally(() => ended.abort());
  await waiting.catch(() => {});
  return ended.signal.aborted;
}

function spawnRuntime(engine: Engine, { record }: ContainerView, files: ExecFiles) {
  return new Deno.Command(record.runtime, {
    args: execArgs(record.id, { ...runtimeGlobals(engine, record.runtime), logFile: files.log }, {
      processFile: files.process,
      pidFile: files.pid,
    }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function endRuntime(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It has ended of the death of its child.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The first bytes of several streams, in the order of their coming. */
class Capture {
  readonly #bytes: Uint8Array;
  #length = 0;
  readonly #readers: ReadableStreamDefaultReader<Uint8Array>[] = [];

  constructor(maxBytes: number) {
    this.#bytes = new Uint8Array(maxBytes);
  }

  /** Until the stream ends, or close(). */
  async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const reader = stream.getReader();
    this.#readers.push(reader);
    for (let { value } = await reader.read(); value; { value } = await reader.read()) {
      const kept = value.subarray(0, this.#bytes.length - this.#length);
      this.#bytes.set(kept, this.#length);
      this.#length += kept.length;
    }
  }

  async close(): Promise<void> {
    for (const reader of this.#readers) await reader.cancel();
  }

  /** A character that the limit cut in two is left out. */
  text(): string {
    return new TextDecoder().decode(this.#bytes.subarray(0, this.#length), { stream: true });
  }
}
