/**
 * Being told by the kernel what happens to files and in folders (inotify(7)): one instance for the process, and one
 * thread that waits for it, however many watches there are.
 *
 * Deno.watchFs() is not for a process that stays: at each event it opens and compares the paths of every watcher that
 * there ever was, closed ones too, and it opens the file that the event is about.
 */
import { Descriptor, readAvailable } from "./file.ts";
import { check, cString, openLibc } from "./libc.ts";
import { Poller, POLLIN } from "./poll.ts";

/** include/uapi/linux/inotify.h */
export const IN_CLOSE_WRITE = 0x8;
export const IN_CREATE = 0x100;
const IN_MODIFY = 0x2;
const IN_MOVED_FROM = 0x40;
const IN_MOVED_TO = 0x80;
const IN_DELETE = 0x200;
const IN_DELETE_SELF = 0x400;
const IN_MOVE_SELF = 0x800;
const IN_Q_OVERFLOW = 0x4000;
const IN_IGNORED = 0x8000;
const IN_MASK_ADD = 0x20000000;
const IN_CLOEXEC = 0o2000000;
const IN_NONBLOCK = 0o4000;

/** What comes, goes or is written; not what is only read. */
export const CHANGES = IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF |
  IN_MOVE_SELF;

/** struct inotify_event: int wd, u32 mask, cookie, len, and the name with NULs behind it. */
const EVENT_BYTES = 16;
const BUFFER_BYTES = 16 * 1024;

const libc = openLibc({
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
});

/** @param name of a file in the folder; undefined: of the watched thing itself, or events were lost, so look anew */
export type OnFileEvent = (name: string | undefined) => void;

/**
 * Calls `onEvent`, which must not throw, at each event until disposed of.
 * @param path a file or a folder; the watch stays with it when it is renamed
 * @param events IN_CLOSE_WRITE, IN_CREATE, or CHANGES
 * @throws SystemError: ENOENT; EMFILE or ENOSPC where the user has no more instances or watches (inotify(7), limits)
 */
export function watchFile(path: string, events: number, onEvent: OnFileEvent): AsyncDisposable {
  shared ??= new Inotify();
  return shared.add(path, events, onEvent);
}

let shared: Inotify | undefined;

interface Watcher {
  events: number;
  onEvent: OnFileEvent;
}

/** Lives from the first watch to the end of the last. */
class Inotify {
  readonly #inotify = new Descriptor(check(libc.inotify_init1(IN_CLOEXEC | IN_NONBLOCK), "inotify_init1"));
  readonly #poller = new Poller();
  /** by watch descriptor: the kernel has one for each file */
  readonly #watchers = new Map<number, Set<Watcher>>();
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #running = false;
  /** the end of the wait under way */
  #waited = Promise.withResolvers<void>();

  constructor() {
    this.#poller.watch(this.#inotify.fd, POLLIN);
  }

  add(path: string, events: number, onEvent: OnFileEvent): AsyncDisposable {
    const watcher = { events, onEvent };
    let descriptor: number;
    try {
      const added = libc.inotify_add_watch(this.#inotify.fd, cString(path), events | IN_MASK_ADD);
      descriptor = check(added, "inotify_add_watch", path);
    } catch (error) {
      if (!this.#running) this.#close();
      throw error;
    }
    const watchers = this.#watchers.get(descriptor) ?? new Set();
    this.#watchers.set(descriptor, watchers.add(watcher));
    if (!this.#running) this.#run();
    return { [Symbol.asyncDispose]: () => this.#remove(descriptor, watcher) };
  }

  /** The thread that waits is free again when this is fulfilled after the last. */
  async #remove(descriptor: number, watcher: Watcher): Promise<void> {
    const watchers = this.#watchers.get(descriptor);
    if (!watchers?.delete(watcher) || watchers.size > 0) return;
    this.#watchers.delete(descriptor);
    libc.inotify_rm_watch(this.#inotify.fd, descriptor);
    if (this.#watchers.size > 0) return;
    this.#poller.wake();
    await this.#waited.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#watchers.size > 0) {
      await this.#poller.wait();
      this.#waited.resolve();
      this.#waited = Promise.withResolvers();
      this.#passOn();
    }
    this.#close();
  }

  #passOn(): void {
    const view = new DataView(this.#buffer.buffer);
    while (true) {
      const length = readAvailable(this.#inotify.fd, this.#buffer);
      if (length === "empty") return;
      for (let at = 0; at < length;) {
        const nameBytes = view.getUint32(at + 12, true);
        const name = nameIn(this.#buffer.subarray(at + EVENT_BYTES, at + EVENT_BYTES + nameBytes));
        this.#tell(view.getInt32(at, true), view.getUint32(at + 4, true), name);
        at += EVENT_BYTES + nameBytes;
      }
    }
  }

  #tell(descriptor: number, events: number, name: string | undefined): void {
    if (events & IN_Q_OVERFLOW) {
      for (const watchers of this.#watchers.values()) for (const { onEvent } of watchers) onEvent(undefined);
      return;
    }
    for (const watcher of this.#watchers.get(descriptor) ?? []) {
      if (events & watcher.events) watcher.onEvent(name);
    }
    if (events & IN_IGNORED) this.#watchers.delete(descriptor); // it is gone, and the kernel's watch with it
  }

  #close(): void {
    this.#poller[Symbol.dispose]();
    this.#inotify.close();
    shared = undefined;
  }
}

function nameIn(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  return bytes.length === 0
    ? undefined
    : new TextDecoder().decode(bytes.subarray(0, end === -1 ? undefined : end));
}
