/** What the daemon says of one container to every command, written only when it changes. */
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import {
  type Health,
  readSupervision,
  removeSupervision,
  type Supervision,
  writeSupervision,
} from "../store/supervision.ts";

export class Told {
  /** what an earlier daemon said goes on to hold */
  #said: Supervision;

  constructor(private readonly paths: StorePaths, private readonly id: string) {
    this.#said = readSupervision(paths, id) ?? { restartCount: 0, starts: 0 };
  }

  get restartCount(): number {
    return this.#said.restartCount;
  }

  /** What is known of the health of the run that began then. */
  healthOf(startedAt: string | undefined): Health | undefined {
    return this.#said.run === startedAt ? this.#said.health : undefined;
  }

  /** What a user has started is not counted together with what was before. */
  countFor({ starts }: ContainerRecord): void {
    if (starts !== this.#said.starts) this.set({ restartCount: 0, waiting: undefined, starts });
  }

  set(changes: Partial<Supervision>): void {
    const next = { ...this.#said, ...changes };
    if (JSON.stringify(next) === JSON.stringify(this.#said)) return;
    this.#said = next;
    const isNothing = next.restartCount === 0 && !next.waiting && !next.health;
    if (isNothing) removeSupervision(this.paths, this.id);
    else writeSupervision(this.paths, this.id, next);
  }

  /** The container is gone. */
  forget(): void {
    removeSupervision(this.paths, this.id);
  }
}
