/** Commands about the configuration. */
import type { CommandEntry } from "../command_entry.ts";

export const config: CommandEntry = {
  name: "config",
  summary: "Show the configuration, and manage its file",
  load: async () => (await import("../commands/config.ts")).defineConfigShow,
  commands: [
    {
      name: "init",
      summary: "Write a file with every key, all in comments",
      load: async () => (await import("../commands/config_file.ts")).defineConfigInit,
    },
    {
      name: "path",
      summary: "Print which file counts",
      load: async () => (await import("../commands/config.ts")).defineConfigPath,
    },
    {
      name: "get",
      summary: "Print what holds for one key",
      load: async () => (await import("../commands/config.ts")).defineConfigGet,
    },
    {
      name: "set",
      summary: "Change one key in the file; comments and order stay",
      load: async () => (await import("../commands/config_file.ts")).defineConfigSet,
    },
    {
      name: "validate",
      summary: "Check a configuration file",
      load: async () => (await import("../commands/config_file.ts")).defineConfigValidate,
    },
  ],
};
