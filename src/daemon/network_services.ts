/**
 * What the daemon does for the containers in networks: it answers for names, and forwards what the kernel does not.
 * All of it is loaded with the first container that is connected.
 */
import { BudgieError } from "../base/errors.ts";
import { stackOf } from "../base/failures.ts";
import { connectedIds } from "../engine/network/connected.ts";
import { CHANGES, watchFile } from "../linux/inotify.ts";
import type { StorePaths } from "../store/paths.ts";
import type { Ipv6Forwarder } from "./ipv6_forwarder.ts";
import type { NameService } from "./name_service.ts";

export interface NetworkServicesOptions {
  paths: StorePaths;
  log: (line: string) => void;
}

/** After a failure, twice as long each time. */
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 30_000;

export class NetworkServices implements AsyncDisposable {
  readonly #watching: AsyncDisposable;
  #services: Promise<[NameService, Ipv6Forwarder]> | undefined;
  #syncing: Promise<void> | undefined;
  #again = false;
  #retryMs = FIRST_RETRY_MS;
  #retry: number | undefined;
  #leaving = false;

  constructor(private readonly options: NetworkServicesOptions) {
    this.#watching = watchFile(options.paths.networkNamespaces, CHANGES, () => this.sync());
    this.sync();
  }

  /** Makes what is served what is wanted now; to be called when addresses have come, or ports are published. */
  sync(): void {
    this.#retryMs = FIRST_RETRY_MS;
    this.#syncSoon();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving = true;
    clearTimeout(this.#retry);
    await this.#watching[Symbol.asyncDispose]();
    await this.#syncing;
    for (const service of await this.#services ?? []) await service[Symbol.asyncDispose]();
  }

  #syncSoon(): void {
    this.#again = true;
    this.#syncing ??= this.#syncAll().finally(() => {
      this.#syncing = undefined;
      if (this.#again && !this.#leaving) this.#syncSoon(); // it came at the very end
    });
  }

  async #syncAll(): Promise<void> {
    let isWhole = true;
    while (this.#again && !this.#leaving) {
      this.#again = false;
      isWhole = await this.#syncOnce();
    }
    clearTimeout(this.#retry);
    if (isWhole || this.#leaving) return;
    this.#retry = setTimeout(() => this.#syncSoon(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
  }

  /** False when something is to be tried again. */
  async #syncOnce(): Promise<boolean> {
    try {
      if (!this.#services && connectedIds(this.options.paths).length === 0) return true;
      const services = await (this.#services ??= this.#load());
      const whole = await Promise.all(services.map((service) => service.sync()));
      return whole.every(Boolean);
    } catch (error) {
      this.options.log(error instanceof BudgieError ? error.message : stackOf(error));
      return false;
    }
  }

  async #load(): Promise<[NameService, Ipv6Forwarder]> {
    const { NameService } = await import("./name_service.ts");
    const { Ipv6Forwarder } = await import("./ipv6_forwarder.ts");
    return [new NameService(this.options), new Ipv6Forwarder(this.options)];
  }
}
