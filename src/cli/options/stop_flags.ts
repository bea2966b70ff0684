/** How a running container is ended: the flags of `stop` and `restart`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { parseSignal } from "../../base/signals.ts";
import type { StopOptions } from "../../engine/stop.ts";
import { wholeNumber } from "./number.ts";

export function addStopFlags(command: Command) {
  return command
    .option(
      "-t, --timeout <seconds>",
      "time to end before being killed (default: the container's own); -1: wait",
      wholeNumber("--timeout", -1),
    )
    .option("-s, --signal <signal>", "signal to send, instead of the container's own", checkSignal)
    .addOption(new Option("--time <seconds>").hideHelp().argParser(wholeNumber("--time", -1)));
}

/** @param flags those that were parsed; `time` is docker's old name of `timeout` */
export function stopOptions(
  flags: { timeout?: number; time?: number; signal?: string },
): Pick<StopOptions, "timeoutSeconds" | "stopSignal"> {
  return { timeoutSeconds: flags.timeout ?? flags.time, stopSignal: flags.signal };
}

// An empty word is docker's way to say "not given".
function checkSignal(text: string): string | undefined {
  if (text === "") return undefined;
  parseSignal(text);
  return text;
}
