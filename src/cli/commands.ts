/**
 * Every command's name, place in the help, and where its definition is. Only the definition of the command
 * that was typed is loaded; the others lend their names to the help and to suggestions.
 */
import type { CommandEntry } from "./command_entry.ts";
import { config } from "./command_table/config.ts";
import {
  attach,
  commit,
  container,
  cp,
  create,
  diff,
  exec,
  exportContainer,
  kill,
  logs,
  pause,
  port,
  ps,
  rename,
  restart,
  rm,
  run,
  start,
  stats,
  stop,
  top,
  unpause,
  update,
  wait,
} from "./command_table/container.ts";
import { daemon } from "./command_table/daemon.ts";
import {
  history,
  image,
  images,
  importImage,
  load,
  pull,
  push,
  rmi,
  save,
  tag,
} from "./command_table/image.ts";
import { network } from "./command_table/network.ts";
import { secret } from "./command_table/secret.ts";

const COMMON = "Common Commands:";
const MANAGEMENT = "Management Commands:";
const OTHER = "Commands:";

const events: CommandEntry = {
  name: "events",
  summary: "Show what happens to containers and images, as it happens",
  load: async () => (await import("./commands/events.ts")).defineEvents,
};

/** All commands, in the order of the help. */
export const COMMANDS: CommandEntry[] = [
  ...[run, exec, ps, pull, images].map((entry) => ({ ...entry, group: COMMON })),
  {
    name: "version",
    summary: "Show the version of budgie",
    group: COMMON,
    load: async () => (await import("./commands/version.ts")).defineVersion,
  },
  {
    name: "info",
    summary: "Show what budgie found on this host",
    group: COMMON,
    load: async () => (await import("./commands/info.ts")).defineInfo,
  },
  { ...container, group: MANAGEMENT },
  { ...config, group: MANAGEMENT },
  { ...image, group: MANAGEMENT },
  { ...network, group: MANAGEMENT },
  { ...secret, group: MANAGEMENT },
  {
    name: "system",
    summary: "Manage budgie",
    example: "budgie system df",
    group: MANAGEMENT,
    commands: [
      {
        name: "df",
        summary: "Show what takes room on the disk",
        load: async () => (await import("./commands/system_df.ts")).defineSystemDf,
      },
      events,
      {
        name: "prune",
        summary: "Remove containers, networks and images that nothing needs",
        load: async () => (await import("./commands/system_prune.ts")).defineSystemPrune,
      },
    ],
  },
  ...[
    {
      name: "inspect",
      summary: "Show all details of containers, images or networks",
      load: async () => (await import("./commands/inspect.ts")).defineInspect,
    },
    create,
    start,
    stop,
    restart,
    kill,
    rm,
    attach,
    logs,
    pause,
    unpause,
    rename,
    port,
    wait,
    top,
    stats,
    events,
    update,
    rmi,
    tag,
    push,
    importImage,
    save,
    load,
    history,
    {
      name: "login",
      summary: "Log in to a registry",
      load: async () => (await import("./commands/login.ts")).defineLogin,
    },
    {
      name: "logout",
      summary: "Forget the login for a registry",
      load: async () => (await import("./commands/login.ts")).defineLogout,
    },
    cp,
    diff,
    exportContainer,
    commit,
    {
      name: "completion",
      summary: "Print the script that lets a shell complete command lines",
      load: async () => (await import("./commands/completion.ts")).defineCompletion,
    },
    {
      name: "validate",
      summary: "Check .bun files without running them",
      load: async () => (await import("./commands/validate.ts")).defineValidate,
    },
  ].map((entry) => ({ ...entry, group: OTHER })),
  daemon,
];
