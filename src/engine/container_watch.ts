/** Waiting until something may have changed about a container: its process, its end, or what the daemon tells of it. */
import { Bell } from "../base/bell.ts";
import { CHANGES, watchFile } from "../linux/inotify.ts";
import type { StorePaths } from "../store/paths.ts";
import { containerFiles } from "./container_files.ts";

/** Made before the first look, so that no change comes between. */
export class ContainerWatch implements AsyncDisposable {
  readonly #changes = new Bell();
  #heard = 0;
  readonly #watching = new AsyncDisposableStack();

  constructor(paths: StorePaths, id: string) {
    const { directory, pid, exit, error } = containerFiles(paths, id);
    try {
      this.#watch(paths.supervision, [`${paths.supervision}/${id}.json`]);
      this.#watch(directory, [pid, exit, error]);
    } catch {
      // The folder has gone, or the host has no more inotify instances: looking again after a while will do.
    }
  }

  /** Fulfilled after the next change, or after `ms`. @throws the signal's reason */
  async change(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const ring = () => this.#changes.ring();
    signal?.addEventListener("abort", ring, { once: true });
    await this.#changes.after(this.#heard, ms);
    signal?.removeEventListener("abort", ring);
    this.#heard = this.#changes.rings;
    signal?.throwIfAborted();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#watching.disposeAsync();
  }

  #watch(folder: string, telling: readonly string[]): void {
    const onEvent = (name?: string) => {
      if (name === undefined || telling.includes(`${folder}/${name}`)) this.#changes.ring();
    };
    this.#watching.use(watchFile(folder, CHANGES, onEvent));
  }
}
