/**
 * Moving a container's output to its log and to a listener, and input to the container, until it has
 * ended. Whoever holds the pump lock does this; when nobody does, the output waits in the FIFOs.
 */
import { exists } from "../../base/optional_file.ts";
import { sleep } from "../../base/sleep.ts";
import { type Descriptor, openDescriptor, widenPipe, writeAvailable } from "../../linux/file.ts";
import { SystemError } from "../../linux/libc.ts";
import { O_NONBLOCK, O_RDONLY, O_WRONLY } from "../../linux/open_flags.ts";
import { openPidfd } from "../../linux/pidfd.ts";
import { type Poller, POLLIN, type Readiness } from "../../linux/poll.ts";
import { setNonBlocking, setWindowSize, unlockPty, type WindowSize } from "../../linux/terminal.ts";
import type { ContainerOptions } from "../../store/container.ts";
import { type ContainerFiles, readExit, readPid, readSmall } from "../container_files.ts";
import type { LogStream } from "../log/cri_log.ts";
import { Input } from "./input.ts";
import type { DetachKeys } from "./detach_keys.ts";
import { LogFile } from "../log/log_file.ts";
import { type OomWatch, watchOom } from "../cgroup/oom_watch.ts";
import { type Drained, type Listener, OutputWriter } from "./output.ts";
import type { Pumping, PumpLoop } from "./pump_loop.ts";
import { openWhenRead, ShimGoneError, takeMaster } from "./shim_connection.ts";
import { Taken } from "./taken.ts";

export interface PumpOptions {
  /** whether it has a terminal, and how much of its output is kept */
  container: Pick<ContainerOptions, "tty" | "log">;
  /** a descriptor to read input from; undefined: none */
  stdin?: number;
  /** keys in the input of a terminal that end our pumping instead of going to the container */
  detachKeys?: { keys: DetachKeys; onDetach: () => void };
  listener?: Listener;
  /** is told once when the log can't be written */
  onWarning?: (message: string) => void;
  /** stops pumping and leaves the container as it is */
  signal?: AbortSignal;
  /** is called once, when the container's process is there or can't be any more */
  onStarted?: () => void;
  /** the terminal's size at the start, with `tty` */
  windowSize?: WindowSize;
}

/** The container's start is seen so late at most. */
const MAX_START_CHECK_MS = 10;
/** The share of the time it has taken so far by which it may be seen late. */
const START_CHECK_SHARE = 1 / 16;
/** When there is output that waits for it. */
const OUTPUT_CHECK_MS = 1;
/** Between the runtime's end and the exit code that the shim writes down. */
const EXIT_CHECK_MS = 1;
const EXIT_LIMIT_MS = 1_000;
/** 128 + SIGKILL. */
const KILLED_EXIT_CODE = 137;
/** How long the kernel may take to tell that a cgroup was removed. */
const OOM_SURE_MS = 50;
const OOM_LOOK_MS = 5;
/** What a container may write before it waits for us. */
const PIPE_BYTES = 256 * 1024;

function openStream(path: string): Descriptor {
  const fifo = openDescriptor(path, O_RDONLY | O_NONBLOCK);
  widenPipe(fifo.fd, PIPE_BYTES);
  return fifo;
}

/**
 * A pump on the container's streams. Make it before the shim is spawned, then connect() it; or adopt() a shim
 * that somebody else has spawned. Then a PumpLoop gives it its turns.
 */
export class Pump implements Pumping, Disposable {
  readonly #poller: Poller;
  readonly #resources = new DisposableStack();
  readonly #sources = new Map<LogStream, Descriptor>();
  readonly #output: OutputWriter;
  /** Until the container runs, what comes out may be the runtime's complaint that it cannot: it is left there. */
  #started = false;
  #outputWaits = false;
  /** readable once the shim has ended */
  #shim: Descriptor | undefined;
  #shimPid = 0;
  /** readable once the runtime, the shim's child, has ended: all that the container wrote is in the pipes then */
  #runtime: Descriptor | undefined;
  /** milliseconds since then; undefined while it runs */
  #endedForMs: number | undefined;
  #shimMayEnd = false;
  #input: Input | undefined;
  #onStarted: (() => void) | undefined;
  #oom: OomWatch | undefined;
  #hadTurn = false;
  readonly #madeAt = performance.now();

  constructor(
    private readonly files: ContainerFiles,
    loop: PumpLoop,
    private readonly options: PumpOptions,
  ) {
    this.#poller = loop.poller;
    this.#onStarted = options.onStarted;
    const log = this.#resources.use(
      new LogFile(files.log, { ...options.container.log, onWarning: options.onWarning }),
    );
    const taken = this.#resources.use(new Taken(files.taken, loop.bench));
    this.#output = new OutputWriter(log, taken, options.listener);
    const onAbort = () => this.#poller.wake();
    options.signal?.addEventListener("abort", onAbort);
    this.#resources.defer(() => options.signal?.removeEventListener("abort", onAbort));
    if (!options.container.tty) {
      this.#addSource("stdout", openStream(files.out));
      this.#addSource("stderr", openStream(files.err));
    }
  }

  /**
   * Connects to a shim that was just spawned: to its end, the pty, and standard input.
   * @throws ShimGoneError when it ended before that
   */
  async connect(shimPid: number): Promise<void> {
    this.#watchShim(shimPid);
    if (this.options.container.tty) {
      const master = await this.#addMaster(shimPid);
      if (this.options.windowSize) setWindowSize(master.fd, this.options.windowSize);
      const number = unlockPty(master.fd);
      this.#connectInput({ descriptor: master, isPty: true });
      using pts = await openWhenRead(this.files.pts, shimPid);
      writeAvailable(pts.fd, new TextEncoder().encode(`${number}\n`));
    } else if (this.options.stdin !== undefined) {
      this.#connectInput({ descriptor: await openWhenRead(this.files.in, shimPid), isPty: false });
    }
  }

  /** Connects to the shim of a container that was started before, if it still lives. */
  async adopt(shimPid: number | undefined): Promise<void> {
    if (shimPid === undefined) return;
    this.#output.recover();
    this.#watchShim(shimPid);
    try {
      if (this.options.container.tty) {
        this.#connectInput({ descriptor: await this.#addMaster(shimPid), isPty: true });
      } else if (this.options.stdin !== undefined) this.#connectToOpenInput();
    } catch (error) {
      if (!(error instanceof ShimGoneError)) throw error;
    }
  }

  /** The pty takes a new size; the container's foreground process gets SIGWINCH. */
  resize(size: WindowSize): void {
    const master = this.options.container.tty ? this.#sources.get("stdout") : undefined;
    if (master) setWindowSize(master.fd, size);
  }

  /** The container has ended and everything it wrote has been passed on; or the signal told to stop. */
  get ended(): boolean {
    return (this.#sources.size === 0 && !this.#shim) || this.options.signal?.aborted === true;
  }

  get waitMs(): number {
    if (!this.#hadTurn || this.ended) return 0;
    if (this.#isEnding) return EXIT_CHECK_MS;
    if (this.#started) return -1;
    if (this.#outputWaits) return OUTPUT_CHECK_MS;
    return Math.min(Math.ceil((performance.now() - this.#madeAt) * START_CHECK_SHARE), MAX_START_CHECK_MS);
  }

  concerns(ready: ReadonlyMap<number, Readiness>): boolean {
    if (!this.#started || !this.#hadTurn || this.#isEnding) return true;
    if (this.#runtime && ready.has(this.#runtime.fd)) return true;
    if (this.#shim && ready.has(this.#shim.fd)) return true;
    if (this.#oom && ready.has(this.#oom.fd)) return true;
    for (const { fd } of this.#sources.values()) if (ready.has(fd)) return true;
    return this.#input?.concerns(ready) === true;
  }

  async turn(ready: ReadonlyMap<number, Readiness>): Promise<number> {
    const before = this.#output.bytes;
    this.#lookForStart();
    if (!this.#hadTurn && !this.#shim) await this.#drainAll();
    this.#hadTurn = true;
    for (const [stream, source] of this.#sources) {
      if (ready.has(source.fd)) await this.#drain(source, stream);
    }
    if (this.#shim && ready.has(this.#shim.fd)) {
      this.#poller.unwatch(this.#shim.fd);
      this.#shim = undefined;
      await this.#drainAll();
    }
    if (this.#runtime && ready.has(this.#runtime.fd)) this.#runtimeEnded(this.#runtime);
    await this.#letShimEnd();
    if (this.#oom && (ready.has(this.#oom.fd) || this.ended)) await this.#lookForOom(this.#oom);
    this.#input?.move(ready);
    return this.#output.bytes - before;
  }

  [Symbol.dispose](): void {
    this.#noteStart();
    for (const { fd } of this.#sources.values()) this.#poller.unwatch(fd);
    if (this.#shim) this.#poller.unwatch(this.#shim.fd);
    if (this.#oom) this.#poller.unwatch(this.#oom.fd);
    if (this.#runtime) this.#poller.unwatch(this.#runtime.fd);
    this.#input?.end();
    this.#resources.dispose();
  }

  /** The runtime has ended, and the shim waits for us. */
  get #isEnding(): boolean {
    return this.#endedForMs !== undefined && !this.#shimMayEnd && this.#shim !== undefined;
  }

  #watchRuntime(): void {
    const child = parseInt(readSmall(`/proc/${this.#shimPid}/task/${this.#shimPid}/children`) ?? "");
    this.#runtime = child ? openPidfd(child) : undefined;
    if (this.#runtime) this.#poller.watch(this.#resources.use(this.#runtime).fd, POLLIN);
    else this.#endedForMs = 0;
  }

  #runtimeEnded(runtime: Descriptor): void {
    this.#poller.unwatch(runtime.fd);
    this.#runtime = undefined;
    this.#endedForMs = 0;
  }

  /**
   * What is in the pipes ends with the shim. So it is let go only when all of that is in the log, and never by one
   * who leaves: where we are killed before, it waits for the next one.
   */
  async #letShimEnd(): Promise<void> {
    if (!this.#shim || this.#shimMayEnd || this.options.signal?.aborted) return;
    if (this.#started && this.#endedForMs === undefined) return;
    if (readExit(this.files) === undefined) {
      // Without a code, because it could not be written, the shim waits too.
      if (this.#endedForMs === undefined || (this.#endedForMs += EXIT_CHECK_MS) < EXIT_LIMIT_MS) return;
    }
    await this.#drainAll();
    this.#shimMayEnd = true;
    this.#resources.use(openDescriptor(this.files.ack, O_RDONLY | O_NONBLOCK));
  }

  #addSource(stream: LogStream, source: Descriptor): void {
    this.#sources.set(stream, this.#resources.use(source));
    this.#poller.watch(source.fd, POLLIN);
  }

  #removeSource(stream: LogStream): void {
    const source = this.#sources.get(stream)!;
    this.#sources.delete(stream);
    this.#poller.unwatch(source.fd);
    if (this.options.container.tty) this.#input?.end();
  }

  #connectInput(target: { descriptor: Descriptor; isPty: boolean }): void {
    const { stdin, detachKeys } = this.options;
    if (stdin !== undefined) this.#input = new Input(this.#poller, { source: stdin, detachKeys }, target);
  }

  /** Of a container whose standard input the shim keeps open; not of one that has closed its own. */
  #connectToOpenInput(): void {
    try {
      const descriptor = openDescriptor(this.files.in, O_WRONLY | O_NONBLOCK);
      this.#connectInput({ descriptor, isPty: false });
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== "ENXIO") throw error;
    }
  }

  #watchShim(shimPid: number): void {
    this.#shimPid = shimPid;
    this.#shim = openPidfd(shimPid);
    if (this.#shim) this.#poller.watch(this.#resources.use(this.#shim).fd, POLLIN);
  }

  async #addMaster(shimPid: number): Promise<Descriptor> {
    const master = await takeMaster(shimPid);
    setNonBlocking(master.fd);
    this.#addSource("stdout", master);
    return master;
  }

  /**
   * Without the shim, a stream that nobody else writes to has ended, and poll(2) would not say so of one
   * whose last writer went before we opened it.
   */
  async #drainAll(): Promise<void> {
    this.#lookForStart(); // of one so short that it came and went after the last look
    for (const [stream, source] of this.#sources) {
      while (await this.#drain(source, stream) === "more");
    }
  }

  async #drain(source: Descriptor, stream: LogStream): Promise<Drained> {
    if (!this.#started) return this.#leaveThere(source, stream);
    const drained = await this.#output.drain(source, stream);
    if (drained === "ended") this.#removeSource(stream);
    return drained;
  }

  /** Nobody will read it when the shim has ended before the start. */
  #leaveThere(source: Descriptor, stream: LogStream): Drained {
    this.#outputWaits = true;
    this.#poller.unwatch(source.fd);
    if (this.#shim) return "empty";
    this.#removeSource(stream);
    return "ended";
  }

  #lookForStart(): void {
    const pid = this.#started ? 0 : readPid(this.files.pid);
    if (!pid) return;
    this.#started = true;
    for (const { fd } of this.#sources.values()) this.#poller.watch(fd, POLLIN);
    this.#watchRuntime();
    this.#watchOom(pid);
    this.#noteStart();
  }

  #watchOom(pid: number): void {
    this.#oom = watchOom(pid);
    if (this.#oom) this.#poller.watch(this.#resources.use(this.#oom).fd, this.#oom.events);
  }

  async #lookForOom(watch: OomWatch): Promise<void> {
    let seen = watch.look();
    for (let waitedMs = 0; seen === "unsure" && waitedMs < OOM_SURE_MS; waitedMs += OOM_LOOK_MS) {
      if (readExit(this.files) !== KILLED_EXIT_CODE) break; // whoever goes on after such a kill was seen in time
      await sleep(OOM_LOOK_MS);
      seen = watch.look();
    }
    if (seen !== true) return;
    this.#poller.unwatch(watch.fd);
    this.#oom = undefined;
    if (!exists(this.files.oom)) Deno.writeTextFileSync(this.files.oom, "");
  }

  #noteStart(): void {
    this.#onStarted?.();
    this.#onStarted = undefined;
  }
}
