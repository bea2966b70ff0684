/** `budgie daemon`: the process that keeps containers as they should be, and its service. */
import { type Command, Option } from "@commander-js/extra-typings";
import { BudgieError } from "../../base/errors.ts";
import type { CliContext } from "../context.ts";
import { VERSION } from "../version.ts";

/** Without a verb: the daemon itself, in the foreground. */
export function defineDaemonRun(command: Command, context: CliContext): void {
  command
    .usage("[COMMAND] [OPTIONS]")
    .addOption(new Option("--on-demand").hideHelp().default(false))
    .addHelpText("after", "\nExample:\n  budgie daemon   # until SIGTERM; containers run on")
    .action(async ({ onDemand }) => {
      const { DaemonRunsError, runDaemon } = await import("../../daemon/daemon.ts");
      const signal = context.signal();
      const log = (line: string) => {
        try {
          context.notify(`${new Date().toISOString()} ${line}`);
        } catch {
          // The disk of the log is full, or nobody reads it: containers are looked after all the same.
        }
      };
      // A bug that shows in the care for one container is no reason to leave the others alone.
      globalThis.addEventListener("unhandledrejection", (event) => {
        event.preventDefault();
        log(event.reason?.stack ?? String(event.reason));
      });
      try {
        const engine = await context.engine({ unattended: "leave" });
        const running = runDaemon(engine, { onDemand, version: VERSION, signal, log });
        // A command may be waiting for the daemon's lock: that comes first.
        await Promise.all([running, warnOfSettings(log)]);
      } catch (error) {
        if (!(onDemand && error instanceof DaemonRunsError)) throw error; // another command was quicker
      }
    });
}

async function warnOfSettings(log: (line: string) => void): Promise<void> {
  const { notYetVariables } = await import("../../config/not_yet.ts");
  for (const warning of notYetVariables(Deno.env.toObject())) log(`Warning: ${warning}`);
}

export function defineDaemonStatus(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option("-f, --format <template>", "'json', or a Go template such as '{{.PID}}'")
    .addHelpText("after", "\nExample:\n  budgie daemon status --format '{{.PID}}'")
    .action(async ({ format }) => {
      const { paths } = await context.engine({ unattended: "leave" });
      const { runningDaemon } = await import("../../store/daemon_lock.ts");
      const { serviceIsInstalled } = await import("../../daemon/service.ts");
      const daemon = runningDaemon(paths);
      const status = {
        Running: daemon !== undefined,
        PID: daemon?.pid ?? 0,
        StartedAt: daemon?.startedAt ?? "",
        Version: daemon?.version ?? "",
        OnDemand: daemon?.onDemand ?? false,
        Service: serviceIsInstalled(),
      };
      if (format) {
        const { formatOne } = await import("../output/format.ts");
        context.print(formatOne(status, format));
      } else {
        const { Running, PID, StartedAt, OnDemand, Service } = status;
        context.print(Running ? `running, PID ${PID}, since ${StartedAt}` : "not running");
        if (OnDemand) context.print("started on demand: it leaves when no container needs it");
        context.print(Service ? "installed as a service" : "not installed as a service");
      }
      if (!daemon) context.exitCode = 1;
    });
}

export function defineDaemonStop(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option("-a, --all", "stop all containers too, dependents first", false)
    .addHelpText("after", "\nExample:\n  budgie daemon stop --all")
    .action(async ({ all }) => {
      const engine = await context.engine({ unattended: "leave" });
      const { stopDaemon } = await import("../../daemon/stop.ts");
      await stopDaemon(engine.paths);
      if (!all) return;
      const { stopAll } = await import("../../engine/together/stop_all.ts");
      await stopAll(engine, { signal: context.signal(), onStopped: (name) => context.print(name) });
    });
}

export function defineDaemonInstall(command: Command, context: CliContext): void {
  command
    .addHelpText("after", "\nExample:\n  budgie daemon install")
    .action(async () => {
      const { installService } = await import("../../daemon/service.ts");
      const { settings } = await import("../../daemon/environment.ts");
      const { stopDaemon } = await import("../../daemon/stop.ts");
      const { paths } = await context.engine({ unattended: "leave" });
      // It reads the file by itself.
      const own = settings();
      for (const name of context.fromFile) delete own[name];
      await stopDaemon(paths); // one that was started on demand would be in the way
      context.print(await installService(Deno.execPath(), own));
    });
}

export function defineDaemonUninstall(command: Command): void {
  command
    .addHelpText("after", "\nExample:\n  budgie daemon uninstall")
    .action(async () => {
      if (Deno.uid() !== 0) {
        throw new BudgieError("Cannot remove the service: not root", { hint: "Use sudo" });
      }
      const { uninstallService } = await import("../../daemon/service.ts");
      await uninstallService();
    });
}
