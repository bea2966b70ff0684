/** The state for those who look at it all the time: read again only when it has changed. */
import { fileVersion } from "../base/file_version.ts";
import type { StorePaths } from "../store/paths.ts";
import { readState, type State } from "../store/state.ts";

export class StateView {
  #version: string | undefined;
  #state: State | undefined;

  constructor(private readonly paths: StorePaths, private readonly log: (line: string) => void) {}

  /** The same object for as long as it has not changed. One that can't be read is left to the person to mend. */
  get current(): Pick<State, "containers" | "networks"> {
    const version = fileVersion(this.paths.state);
    if (!this.#state || version !== this.#version) {
      this.#version = version;
      try {
        this.#state = readState(this.paths);
      } catch (error) {
        this.log((error as Error).message);
      }
    }
    return this.#state ?? NOTHING;
  }
}

const NOTHING = { containers: {}, networks: {} };
