/** Which flags were typed, where that says more than their values. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** Names as in the parsed options: `stopSignal`. */
export function givenFlags(command: CommandUnknownOpts): Set<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === "cli"));
}
