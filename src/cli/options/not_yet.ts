/** Flags of docker's that are known and not built yet: hidden from the help, refused by name when used. */
import { type Command, Option } from "@commander-js/extra-typings";
import { NotSupportedError } from "../../base/errors.ts";

/** Makes `command` refuse each of `flags`, written as for commander: `-p, --publish <ports>`. */
export function refuseFlags(command: Command, flags: readonly string[]): void {
  for (const spelling of flags) {
    const option = new Option(spelling).hideHelp();
    command.addOption(option);
    command.on(`option:${option.name()}`, () => {
      throw new NotSupportedError(option.long ?? spelling);
    });
  }
}
