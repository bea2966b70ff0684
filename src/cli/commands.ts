/**
 * Every command's name, place in the help, and where its definition is. Only the definition of the command
 * that was typed is loaded; the others lend their names to the help and to suggestions.
 */
import type { Command } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";

/**
 * Adds arguments, flags, examples and the action to a command that has its name already.
 * @param words what stands after the command's name
 */
export type Define = (command: Command, context: CliContext, words: readonly string[]) => void;

/** One command, or a group of them. */
export interface CommandEntry {
  name: string;
  aliases?: string[];
  summary: string;
  /** heading in the help; undefined: not shown there */
  group?: string;
  /** the definition; a group of commands has `commands` instead */
  load?: () => Promise<Define>;
  commands?: CommandEntry[];
}

const COMMON = "Common Commands:";
const MANAGEMENT = "Management Commands:";
const OTHER = "Commands:";

const run: CommandEntry = {
  name: "run",
  summary: "Create and run a new container from an image or a .bun file",
  load: async () => (await import("./commands/run.ts")).defineRun,
};
const exec: CommandEntry = {
  name: "exec",
  summary: "Execute a command in a running container",
  load: async () => (await import("./commands/exec.ts")).defineExec,
};
const ps: CommandEntry = {
  name: "ps",
  aliases: ["ls", "list"],
  summary: "List containers",
  load: async () => (await import("./commands/ps.ts")).definePs,
};
const pull: CommandEntry = {
  name: "pull",
  summary: "Download an image from a registry",
  load: async () => (await import("./commands/pull.ts")).definePull,
};
const images: CommandEntry = {
  name: "images",
  summary: "List images",
  load: async () => (await import("./commands/images.ts")).defineImages,
};
const stop: CommandEntry = {
  name: "stop",
  summary: "Stop one or more running containers",
  load: async () => (await import("./commands/stop.ts")).defineStop,
};
const kill: CommandEntry = {
  name: "kill",
  summary: "Kill one or more running containers",
  load: async () => (await import("./commands/kill.ts")).defineKill,
};
const rm: CommandEntry = {
  name: "rm",
  aliases: ["remove", "delete"],
  summary: "Remove one or more containers",
  load: async () => (await import("./commands/rm.ts")).defineRm,
};
const logs: CommandEntry = {
  name: "logs",
  summary: "Fetch the logs of a container",
  load: async () => (await import("./commands/logs.ts")).defineLogs,
};
const rmi: CommandEntry = {
  name: "rmi",
  summary: "Remove one or more images",
  load: async () => (await import("./commands/rmi.ts")).defineRmi,
};
const tag: CommandEntry = {
  name: "tag",
  summary: "Create a tag TARGET that refers to image SOURCE",
  load: async () => (await import("./commands/tag.ts")).defineTag,
};
const importImage: CommandEntry = {
  name: "import",
  summary: "Make an image from a root file system in a tar archive",
  load: async () => (await import("./commands/import.ts")).defineImport,
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
  {
    name: "container",
    summary: "Manage containers",
    group: MANAGEMENT,
    commands: [
      run,
      exec,
      { ...ps, name: "ls", aliases: ["ps", "list"] },
      {
        name: "inspect",
        summary: "Show all details of one or more containers",
        load: async () => (await import("./commands/inspect.ts")).defineContainerInspect,
      },
      stop,
      kill,
      rm,
      logs,
    ],
  },
  {
    name: "image",
    summary: "Manage images",
    group: MANAGEMENT,
    commands: [
      { ...images, name: "ls", aliases: ["list"] },
      {
        name: "inspect",
        summary: "Show all details of one or more images",
        load: async () => (await import("./commands/inspect.ts")).defineImageInspect,
      },
      pull,
      importImage,
      tag,
      { ...rmi, name: "rm", aliases: ["remove"] },
    ],
  },
  ...[
    {
      name: "inspect",
      summary: "Show all details of containers or images",
      load: async () => (await import("./commands/inspect.ts")).defineInspect,
    },
    stop,
    kill,
    rm,
    logs,
    rmi,
    tag,
    importImage,
    {
      name: "validate",
      summary: "Check .bun files without running them",
      load: async () => (await import("./commands/validate.ts")).defineValidate,
    },
  ].map((entry) => ({ ...entry, group: OTHER })),
];

/** The entry with this name or alias. */
export function findEntry(entries: CommandEntry[], name: string | undefined): CommandEntry | undefined {
  if (name === undefined) return undefined;
  return entries.find((entry) => entry.name === name || entry.aliases?.includes(name));
}
