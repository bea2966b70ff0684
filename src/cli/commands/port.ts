/** `budgie port`. */
import type { Command } from "@commander-js/extra-typings";
import { BudgieError, UsageError } from "../../base/errors.ts";
import { parseContainerPorts, PortSpecError } from "../../base/port_spec.ts";
import { findContainer } from "../../engine/list.ts";
import type { CliContext } from "../context.ts";
import { boundPorts, hostAddress } from "../listing/ports.ts";

export function definePort(command: Command, context: CliContext): void {
  command
    .usage("CONTAINER [PORT[/PROTOCOL]]")
    .argument("<container>", "name or ID")
    .argument("[port]", "only this port of the container")
    .addHelpText(
      "after",
      "\nExamples:\n  budgie port web      # 80/tcp -> 0.0.0.0:8080\n  budgie port web 80   # 0.0.0.0:8080",
    )
    .action(async (container, wanted) => {
      const port = wanted === undefined ? undefined : readPort(wanted);
      const bound = boundPorts(findContainer(await context.engine(), container)).map((port) => ({
        inside: `${port.containerPort}/${port.protocol}`,
        outside: hostAddress(port.hostIp, port.hostPort),
      }));
      if (port === undefined) {
        for (const { inside, outside } of bound) context.print(`${inside} -> ${outside}`);
        return;
      }
      const found = bound.filter(({ inside }) => inside === port);
      if (found.length === 0) throw new BudgieError(`No public port '${port}' published for ${container}`);
      for (const { outside } of found) context.print(outside);
    });
}

/** `80/tcp` from `80`. */
function readPort(text: string): string {
  try {
    const { ports, protocol } = parseContainerPorts(text);
    if (ports.from === ports.to) return `${ports.from}/${protocol}`;
  } catch (error) {
    if (!(error instanceof PortSpecError)) throw error;
  }
  throw new UsageError(`Cannot look for the port '${text}'`, { hint: "Write 80, or 53/udp" });
}
