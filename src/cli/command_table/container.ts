/** Commands about containers, by themselves and in their group. */
import type { CommandEntry } from "../command_entry.ts";

export const run: CommandEntry = {
  name: "run",
  summary: "Create and run containers from an image or .bun files",
  load: async () => (await import("../commands/run.ts")).defineRun,
};
export const create: CommandEntry = {
  name: "create",
  summary: "Create a new container, without starting it",
  load: async () => (await import("../commands/create.ts")).defineCreate,
};
export const start: CommandEntry = {
  name: "start",
  summary: "Start one or more containers that do not run",
  load: async () => (await import("../commands/start.ts")).defineStart,
};
export const restart: CommandEntry = {
  name: "restart",
  summary: "Stop and start one or more containers",
  load: async () => (await import("../commands/restart.ts")).defineRestart,
};
export const attach: CommandEntry = {
  name: "attach",
  summary: "Give a running container this terminal",
  load: async () => (await import("../commands/attach.ts")).defineAttach,
};
export const exec: CommandEntry = {
  name: "exec",
  summary: "Execute a command in a running container",
  load: async () => (await import("../commands/exec.ts")).defineExec,
};
export const ps: CommandEntry = {
  name: "ps",
  aliases: ["ls", "list"],
  summary: "List containers",
  load: async () => (await import("../commands/ps.ts")).definePs,
};
export const stop: CommandEntry = {
  name: "stop",
  summary: "Stop one or more running containers",
  load: async () => (await import("../commands/stop.ts")).defineStop,
};
export const kill: CommandEntry = {
  name: "kill",
  summary: "Kill one or more running containers",
  load: async () => (await import("../commands/kill.ts")).defineKill,
};
export const rm: CommandEntry = {
  name: "rm",
  aliases: ["remove", "delete"],
  summary: "Remove one or more containers",
  load: async () => (await import("../commands/rm.ts")).defineRm,
};
export const logs: CommandEntry = {
  name: "logs",
  summary: "Fetch the logs of containers",
  load: async () => (await import("../commands/logs.ts")).defineLogs,
};
export const pause: CommandEntry = {
  name: "pause",
  summary: "Pause all processes of one or more containers",
  load: async () => (await import("../commands/pause.ts")).definePause,
};
export const unpause: CommandEntry = {
  name: "unpause",
  summary: "Let the processes of one or more paused containers go on",
  load: async () => (await import("../commands/pause.ts")).defineUnpause,
};
export const rename: CommandEntry = {
  name: "rename",
  summary: "Rename a container",
  load: async () => (await import("../commands/rename.ts")).defineRename,
};
export const port: CommandEntry = {
  name: "port",
  summary: "Show where a container's published ports are on the host",
  load: async () => (await import("../commands/port.ts")).definePort,
};
export const wait: CommandEntry = {
  name: "wait",
  summary: "Wait until one or more containers have ended, and print their exit codes",
  load: async () => (await import("../commands/wait.ts")).defineWait,
};
export const top: CommandEntry = {
  name: "top",
  summary: "Show the processes of a container",
  load: async () => (await import("../commands/top.ts")).defineTop,
};
export const stats: CommandEntry = {
  name: "stats",
  summary: "Show what containers use of the processors, memory, network and disks",
  load: async () => (await import("../commands/stats.ts")).defineStats,
};
export const update: CommandEntry = {
  name: "update",
  summary: "Change the limits or the restart policy of one or more containers",
  load: async () => (await import("../commands/update.ts")).defineUpdate,
};
export const cp: CommandEntry = {
  name: "cp",
  summary: "Copy files or folders between a container and the host",
  load: async () => (await import("../commands/cp.ts")).defineCp,
};
export const diff: CommandEntry = {
  name: "diff",
  summary: "Show what a container changed in its root file system",
  load: async () => (await import("../commands/diff.ts")).defineDiff,
};
export const exportContainer: CommandEntry = {
  name: "export",
  summary: "Write a container's root file system as a tar archive",
  load: async () => (await import("../commands/export.ts")).defineExport,
};
export const commit: CommandEntry = {
  name: "commit",
  summary: "Make an image of a container's changes",
  load: async () => (await import("../commands/commit.ts")).defineCommit,
};

/** The group. */
export const container: CommandEntry = {
  name: "container",
  summary: "Manage containers",
  example: "budgie container prune --filter until=24h",
  commands: [
    run,
    create,
    start,
    restart,
    attach,
    exec,
    { ...ps, name: "ls", aliases: ["ps", "list"] },
    {
      name: "inspect",
      summary: "Show all details of one or more containers",
      load: async () => (await import("../commands/inspect.ts")).defineContainerInspect,
    },
    stop,
    kill,
    rm,
    logs,
    pause,
    unpause,
    rename,
    port,
    wait,
    top,
    stats,
    update,
    {
      name: "prune",
      summary: "Remove all stopped containers",
      load: async () => (await import("../commands/container_prune.ts")).defineContainerPrune,
    },
    cp,
    diff,
    exportContainer,
    commit,
  ],
};
