/**
 * Whether the kernel kills a process of a container for want of memory. Only the container's cgroup tells, and that
 * is gone a moment after its end: so it is listened to while it lives.
 *
 * cgroup v1: an eventfd that is registered for memory.oom_control is signalled at each such kill, and once when the
 * cgroup is removed (kernel: admin-guide/cgroup-v1/memory.rst, "OOM Control"). cgroup v2: memory.events counts, and
 * poll(2) says when it changes (admin-guide/cgroup-v2.rst).
 */
import { exists } from "../../base/optional_file.ts";
import { isOsError } from "../../base/os_error.ts";
import { EventFd } from "../../linux/event_fd.ts";
import { type Descriptor, openDescriptor } from "../../linux/file.ts";
import { SystemError } from "../../linux/libc.ts";
import { O_RDONLY } from "../../linux/open_flags.ts";
import { POLLIN, POLLPRI } from "../../linux/poll.ts";
import { cgroupFolder, cgroupVersion } from "./cgroup.ts";
import { readSmall } from "../container_files.ts";

const ENODEV = 19;

export interface OomWatch extends Disposable {
  /** to be polled for `events`; then look() */
  readonly fd: number;
  readonly events: number;
  /** whether there was a kill since the watch began; "unsure": a moment later it may be known */
  look(): boolean | "unsure";
}

/** undefined where the container has ended, or this kernel has no memory controller. */
export function watchOom(pid: number): OomWatch | undefined {
  const folder = cgroupFolder(pid, "memory");
  if (!folder) return undefined;
  try {
    return cgroupVersion() === 2 ? new UnifiedWatch(folder) : new ControllerWatch(folder);
  } catch (error) {
    if (error instanceof SystemError || error instanceof Deno.errors.NotFound) return undefined;
    if (isOsError(error, ENODEV)) return undefined; // it was removed just now
    throw error;
  }
}

class ControllerWatch implements OomWatch {
  readonly events = POLLIN;
  readonly #signals = new EventFd();
  readonly #control: Descriptor;
  #count = 0;

  constructor(private readonly folder: string) {
    this.#control = openDescriptor(`${folder}/memory.oom_control`, O_RDONLY);
    try {
      Deno.writeTextFileSync(`${folder}/cgroup.event_control`, `${this.#signals.fd} ${this.#control.fd}`, {
        create: false,
      });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  get fd(): number {
    return this.#signals.fd;
  }

  look(): boolean | "unsure" {
    this.#count += this.#signals.take();
    if (exists(this.folder) || this.#count !== 1) return this.#count > 0;
    return "unsure"; // it is that of the removal, or that one, which comes a little later, is yet to come
  }

  [Symbol.dispose](): void {
    this.#control.close();
    this.#signals.close();
  }
}

class UnifiedWatch implements OomWatch {
  readonly events = POLLPRI;
  readonly #file: Descriptor;
  readonly #path: string;
  readonly #before: number;
  #seen = false;

  constructor(folder: string) {
    this.#path = `${folder}/memory.events`;
    this.#before = oomKills(readSmall(this.#path));
    this.#file = openDescriptor(this.#path, O_RDONLY);
  }

  get fd(): number {
    return this.#file.fd;
  }

  look(): boolean {
    this.#seen ||= oomKills(readSmall(this.#path)) > this.#before;
    return this.#seen;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Of a memory.events; 0 when it is gone. */
export function oomKills(text: string | undefined): number {
  return Number(/^oom_kill (\d+)$/m.exec(text ?? "")?.[1] ?? 0);
}
