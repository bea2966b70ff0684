/**
 * Moving a container's output to its log and to a listener, and input to the container, until it has
 * ended. Whoever holds the pump lock does this; when nobody does, the output waits in the FIFOs.
 */
import { type Descriptor, openDescriptor, readAvailable, writeAvailable } from "../linux/file.ts";
import { O_NONBLOCK, O_RDONLY } from "../linux/open_flags.ts";
import { openPidfd } from "../linux/pidfd.ts";
import { Poller, POLLIN } from "../linux/poll.ts";
import { setNonBlocking, setWindowSize, unlockPty, type WindowSize } from "../linux/terminal.ts";
import { changeTime, type ContainerFiles } from "./container_files.ts";
import type { LogStream } from "./cri_log.ts";
import { Input } from "./input.ts";
import { type Drained, type Listener, OutputWriter } from "./output.ts";
import { openWhenRead, ShimGoneError, takeMaster } from "./shim_connection.ts";

export interface PumpOptions {
  tty: boolean;
  /** a descriptor to read input from; undefined: none */
  stdin?: number;
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

interface Held {
  stream: LogStream;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Until the container runs, what comes out may be the runtime's complaint that it cannot. */
const START_CHECK_MS = 10;
/** The same, when there is output that waits for it. */
const HELD_CHECK_MS = 1;
const CHUNK_BYTES = 16 * 1024;

/**
 * A pump on the container's streams. Make it before the shim is spawned, then connect() it; or adopt() a shim
 * that somebody else has spawned.
 */
export class Pump implements Disposable {
  readonly #poller = new Poller();
  readonly #resources = new DisposableStack();
  readonly #sources = new Map<LogStream, Descriptor>();
  readonly #output: OutputWriter;
  /** what came before the container was seen running */
  #held: Held[] | undefined = [];
  /** readable once the shim has ended */
  #shim: Descriptor | undefined;
  #input: Input | undefined;
  #onStarted: (() => void) | undefined;

  constructor(private readonly files: ContainerFiles, private readonly options: PumpOptions) {
    this.#resources.use(this.#poller);
    this.#onStarted = options.onStarted;
    this.#output = this.#resources.use(new OutputWriter(files.log, options));
    if (!options.tty) {
      this.#addSource("stdout", openDescriptor(files.out, O_RDONLY | O_NONBLOCK));
      this.#addSource("stderr", openDescriptor(files.err, O_RDONLY | O_NONBLOCK));
    }
  }

  /**
   * Connects to a shim that was just spawned: to its end, the pty, and standard input.
   * @throws ShimGoneError when it ended before that
   */
  async connect(shimPid: number): Promise<void> {
    this.#watchShim(shimPid);
    if (this.options.tty) {
      const master = await this.#addMaster(shimPid);
      if (this.options.windowSize) setWindowSize(master.fd, this.options.windowSize);
      const number = unlockPty(master.fd);
      this.#connectInput({ descriptor: master, isPty: true });
      using pts = await openWhenRead(this.files.pts, shimPid);
      writeAvailable(pts.fd, new TextEncoder().encode(`${number}\n`));
    } else if (this.options.stdin !== undefined) {
      const descriptor = this.#resources.use(await openWhenRead(this.files.in, shimPid));
      this.#connectInput({ descriptor, isPty: false });
    }
    this.#letShimEnd();
  }

  /** Connects to the shim of a container that was started before, if it still lives. */
  async adopt(shimPid: number | undefined): Promise<void> {
    if (shimPid === undefined) return;
    this.#watchShim(shimPid);
    try {
      if (this.options.tty) await this.#addMaster(shimPid);
    } catch (error) {
      if (!(error instanceof ShimGoneError)) throw error;
    }
    this.#letShimEnd();
  }

  /** The pty takes a new size; the container's foreground process gets SIGWINCH. */
  resize(size: WindowSize): void {
    const master = this.options.tty ? this.#sources.get("stdout") : undefined;
    if (master) setWindowSize(master.fd, size);
  }

  /** Pumps until the container has ended and everything it wrote has been passed on. */
  async run(): Promise<void> {
    const onAbort = () => this.#poller.wake();
    this.options.signal?.addEventListener("abort", onAbort);
    try {
      if (!this.#shim) await this.#drainAll();
      while ((this.#sources.size > 0 || this.#shim) && !this.options.signal?.aborted) {
        const ready = await this.#poller.wait(this.#waitMs());
        await this.#releaseHeld();
        for (const [stream, source] of this.#sources) {
          if (ready.has(source.fd)) await this.#drain(source, stream);
        }
        if (this.#shim && ready.has(this.#shim.fd)) {
          this.#poller.unwatch(this.#shim.fd);
          this.#shim = undefined;
          await this.#drainAll();
        }
        this.#input?.move(ready);
      }
      await this.#releaseHeld();
    } finally {
      this.#noteStart();
      this.options.signal?.removeEventListener("abort", onAbort);
    }
  }

  [Symbol.dispose](): void {
    this.#resources.dispose();
  }

  /** Only once all sources are open: what they hold ends with the shim. */
  #letShimEnd(): void {
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
    if (this.options.tty) this.#input?.end();
  }

  #connectInput(target: { descriptor: Descriptor; isPty: boolean }): void {
    const { stdin } = this.options;
    if (stdin !== undefined) this.#input = new Input(this.#poller, stdin, target);
  }

  #watchShim(shimPid: number): void {
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
    for (const [stream, source] of this.#sources) {
      while (await this.#drain(source, stream) === "more");
    }
  }

  async #drain(source: Descriptor, stream: LogStream): Promise<Drained> {
    const drained = this.#held
      ? this.#hold(source, stream, this.#held)
      : await this.#output.drain(source, stream);
    if (drained === "ended") this.#removeSource(stream);
    return drained;
  }

  #hold(source: Descriptor, stream: LogStream, held: Held[]): Drained {
    const buffer = new Uint8Array(CHUNK_BYTES);
    const count = readAvailable(source.fd, buffer);
    if (count === "empty") return "empty";
    if (count === 0) return "ended";
    held.push({ stream, bytes: buffer.subarray(0, count) });
    return "more";
  }

  async #releaseHeld(): Promise<void> {
    if (!this.#held || changeTime(this.files.pid) === undefined) return;
    const held = this.#held;
    this.#held = undefined;
    this.#noteStart();
    for (const { stream, bytes } of held) await this.#output.write(stream, bytes);
  }

  #waitMs(): number {
    if (!this.#held) return -1;
    return this.#held.length > 0 ? HELD_CHECK_MS : START_CHECK_MS;
  }

  #noteStart(): void {
    this.#onStarted?.();
    this.#onStarted = undefined;
  }
}
