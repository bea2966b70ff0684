/** The daemon and its service. */
import type { CommandEntry } from "../command_entry.ts";

export const daemon: CommandEntry = {
  name: "daemon",
  summary: "Keep containers as they should be; started by itself when it is needed",
  load: async () => (await import("../commands/daemon.ts")).defineDaemonRun,
  commands: [
    {
      name: "status",
      summary: "Show whether the daemon runs",
      load: async () => (await import("../commands/daemon.ts")).defineDaemonStatus,
    },
    {
      name: "stop",
      summary: "End the daemon; containers run on",
      load: async () => (await import("../commands/daemon.ts")).defineDaemonStop,
    },
    {
      name: "install",
      summary: "Make the daemon a service that is there from boot on",
      load: async () => (await import("../commands/daemon.ts")).defineDaemonInstall,
    },
    {
      name: "uninstall",
      summary: "Remove the service; containers run on",
      load: async () => (await import("../commands/daemon.ts")).defineDaemonUninstall,
    },
  ],
};
