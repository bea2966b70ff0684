/** What a person is told when files could not be read as they are. */
import { shownName } from "../../base/tar/byte_string.ts";
import type { TreeOptions } from "../../linux/tree_entries.ts";

/** The listeners that put it in words. */
export function treeWarnings(
  warn: (message: string) => void,
): Required<Pick<TreeOptions, "onLeftOut" | "onChanged">> {
  return {
    onLeftOut: (name) => warn(`'${shownName(name)}' is a socket: it was left out`),
    onChanged: (name) =>
      warn(`'${shownName(name)}' changed while it was read: it was cut, or filled up with zeros`),
  };
}
