import { parseSize } from "../../base/units.ts";
import { oneOrList } from "../../yaml/types/collection.ts";
import { Refusal, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";
import { cleanContainerPath } from "./words.ts";

/** A file system in memory. */
export interface Tmpfs {
  target: string;
  readOnly: boolean;
  sizeBytes?: number;
  /** permission bits */
  mode?: number;
}

/** What a tmpfs has anyway; accepted, as docker's manual spells them out. */
const TMPFS_ALWAYS = ["rw", "nosuid", "nodev", "noexec"];

/** One path with options, or several. */
export const tmpfs: Type<Tmpfs[]> = oneOrList<Tmpfs>(
  word({
    words: "an absolute path, maybe with options: /run, /run:size=64m,mode=0755,ro",
    json: { type: "string", pattern: "^/" },
    parse(text) {
      const [path, options = "", ...more] = text.split(":");
      const target = cleanContainerPath(path);
      if (!target || more.length > 0) return undefined;
      const result: Tmpfs = { target, readOnly: false };
      for (const option of options.split(",").filter((option) => option !== "")) {
        const [name, value] = option.split("=");
        if (option === "ro") result.readOnly = true;
        else if (name === "size" && value) result.sizeBytes = parseSize(value);
        else if (name === "mode" && /^[0-7]{3,4}$|^0[0-7]{4}$/.test(value)) result.mode = parseInt(value, 8);
        else if (!TMPFS_ALWAYS.includes(option)) {
          throw new Refusal("of the options only size=64m, mode=1777, ro, rw, noexec, nosuid, nodev");
        }
      }
      return result;
    },
  }),
  { of: "paths", identity: ({ target }) => target },
);
