/** From what a container's health check says to the function that asks. */
import { BudgieError } from "../../base/errors.ts";
import { isProcessOf } from "../../engine/observe.ts";
import type { Healthcheck } from "../../engine/policy/healthcheck.ts";
import { inNetworkNamespace, openNetworkNamespace } from "../../linux/netns.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { type ExecProbe, probeCommand } from "./command_probe.ts";
import type { Enter } from "./connection.ts";
import { probeHttp } from "./http_probe.ts";
import { impossible, type Probe } from "./probe_result.ts";
import { probeTcp } from "./tcp_probe.ts";

/** The running container. */
export interface ProbeTarget {
  /** of its init process */
  pid: number;
  /** runs a command in it */
  exec: ExecProbe;
}

/** Every call of the result is one probe on its own: nothing is kept open between them. */
export function probeFor(record: ContainerRecord, check: Healthcheck, { pid, exec }: ProbeTarget): Probe {
  const { probe } = check;
  const enter = enterNetworkOf(record, pid);
  switch (probe.type) {
    case "command":
      return (signal) => probeCommand(probe.test, check, { shell: record.image.config?.Shell, exec, signal });
    case "tcp":
      return (signal) => probeTcp(probe.port, enter, signal);
    case "http": {
      const port = probe.port ?? lowestExposedPort(record);
      if (port === undefined) return () => Promise.resolve(impossible(NO_PORT));
      return (signal) => probeHttp({ ...probe, port }, enter, signal);
    }
  }
}

const NO_PORT = "Cannot ask by HTTP: the check names no port, and the image exposes none";

/** @throws BudgieError when called after the container has ended; SystemError */
function enterNetworkOf({ id, options }: ContainerRecord, pid: number): Enter {
  if (options.network === "host") return (run) => run();
  return (run) => {
    using namespace = openNetworkNamespace(pid);
    // After it is open: while this holds, the PID has not been given to another process.
    if (!isProcessOf(pid, id)) throw new BudgieError("Cannot enter the network: the container has ended");
    return inNetworkNamespace(namespace, run);
  };
}

function lowestExposedPort({ image }: ContainerRecord): number | undefined {
  const ports = Object.keys(image.config?.ExposedPorts ?? {}).flatMap((exposed) => {
    const [, port] = /^(\d+)(?:-\d+)?(?:\/tcp)?$/.exec(exposed) ?? []; // tcp is what no word means
    return port === undefined ? [] : [Number(port)];
  });
  return ports.length > 0 ? Math.min(...ports) : undefined;
}
