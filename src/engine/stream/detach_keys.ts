/** The keys that leave a container's terminal without ending it: docker's `--detach-keys`. */
import { UsageError } from "../../base/errors.ts";

/** Docker's own. */
export const DEFAULT_DETACH_KEYS = "ctrl-p,ctrl-q";

/** Looks for the keys in what is typed. */
export class DetachKeys {
  readonly #keys: number[];
  /** how many of them were typed, the last bytes of the input so far */
  #typed = 0;

  /**
   * @param text single characters and `ctrl-` with a letter or one of `@ [ \ ] ^ _`, separated by commas; "" for
   * none at all
   * @throws UsageError
   */
  constructor(text: string) {
    this.#keys = text === "" ? [] : text.split(",").map((key) => byteOf(key, text));
  }

  /** What goes on to the container: the keys themselves don't, unless they turn out to be others. */
  read(bytes: Uint8Array<ArrayBuffer>): { passed: Uint8Array<ArrayBuffer>; detached: boolean } {
    const passed: number[] = [];
    for (const byte of this.#keys.length > 0 ? bytes : []) {
      if (byte !== this.#keys[this.#typed]) {
        passed.push(...this.#keys.slice(0, this.#typed));
        this.#typed = 0;
      }
      if (byte !== this.#keys[this.#typed]) passed.push(byte);
      else if (++this.#typed === this.#keys.length) return { passed: new Uint8Array(passed), detached: true };
    }
    return { passed: this.#keys.length > 0 ? new Uint8Array(passed) : bytes, detached: false };
  }
}

function byteOf(key: string, text: string): number {
  const [, control] = /^ctrl-([a-z@[\\\]^_])$/i.exec(key) ?? [];
  // ASCII: control characters are the capital letters' codes without the bit 0x40.
  if (control) return control.toUpperCase().charCodeAt(0) & 0x1f;
  if (/^[\x21-\x7e]$/.test(key)) return key.charCodeAt(0);
  throw new UsageError(`Cannot use --detach-keys '${text}': '${key}' is no key`, {
    hint: "Write letters and ctrl-letters with commas, as ctrl-p,ctrl-q or ctrl-x,d",
  });
}
