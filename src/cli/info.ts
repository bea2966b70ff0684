/** The facts of `budgie info`, under docker's names where docker has them. */
import { formatBinarySize } from "../base/units.ts";
import { hostFacts } from "../bundle/host_facts.ts";
import type { Engine } from "../engine/engine.ts";
import { listContainers } from "../engine/list.ts";
import { listImages } from "../image/list.ts";
import { findRuntime } from "../runtime/find.ts";
import { VERSION } from "./version.ts";

/** Plain JSON; docker's spelling where docker has the field. */
export interface Info {
  Containers: number;
  ContainersRunning: number;
  ContainersPaused: number;
  ContainersStopped: number;
  Images: number;
  ServerVersion: string;
  Driver: string;
  LoggingDriver: string;
  CgroupVersion: string;
  CgroupControllers: string[];
  /** paths and what they say of their version; the one that is used comes first */
  Runtimes: { Path: string; Version: string }[];
  KernelVersion: string;
  OperatingSystem: string;
  OSType: string;
  Architecture: string;
  NCPU: number;
  /** bytes */
  MemTotal: number;
  Name: string;
  DockerRootDir: string;
  Warnings: string[];
}

/** Looks at the store, the kernel and the installed runtimes, whose `--version` is run. */
export function gatherInfo(engine: Engine): Info {
  const views = listContainers(engine);
  const count = (status: string) => views.filter((view) => view.status === status).length;
  const { cgroup } = hostFacts();
  const runtimes = installedRuntimes(engine.runtime);
  return {
    Containers: views.length,
    ContainersRunning: count("running"),
    ContainersPaused: count("paused"),
    ContainersStopped: views.length - count("running") - count("paused"),
    Images: listImages(engine.paths).length,
    ServerVersion: VERSION,
    Driver: "overlay",
    LoggingDriver: "cri",
    CgroupVersion: String(cgroup.version),
    CgroupControllers: [...cgroup.controllers].sort(),
    Runtimes: runtimes,
    KernelVersion: Deno.osRelease(),
    OperatingSystem: operatingSystem(),
    OSType: Deno.build.os,
    Architecture: Deno.build.arch,
    NCPU: navigator.hardwareConcurrency,
    MemTotal: Deno.systemMemoryInfo().total,
    Name: Deno.hostname(),
    DockerRootDir: engine.paths.data,
    Warnings: warnings(cgroup.controllers, runtimes.length),
  };
}

function warnings(controllers: ReadonlySet<string>, runtimes: number): string[] {
  const missing = ["memory", "cpu", "pids"].filter((name) => !controllers.has(name));
  return [
    ...(runtimes === 0 ? ["No OCI runtime is installed: apt-get install crun"] : []),
    ...missing.map((name) =>
      `No ${name} controller: ${name} limits can't be enforced` +
      (name === "memory" ? " (add cgroup_enable=memory to the kernel's command line)" : "")
    ),
  ];
}

/** The chosen runtime first, then the others there are. */
function installedRuntimes(wanted: string): Info["Runtimes"] {
  const paths = [wanted, "crun", "runc"].flatMap((name) => {
    try {
      return [findRuntime(name)];
    } catch {
      return [];
    }
  });
  return [...new Set(paths)].map((path) => ({ Path: path, Version: versionOf(path) }));
}

function versionOf(path: string): string {
  try {
    const { stdout } = new Deno.Command(path, { args: ["--version"], stderr: "null" }).outputSync();
    return new TextDecoder().decode(stdout).split("\n")[0].replace(/^.*version\s+/, "");
  } catch {
    return "unknown";
  }
}

/** os-release(5). */
function operatingSystem(): string {
  try {
    const text = Deno.readTextFileSync("/etc/os-release");
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? "Linux";
  } catch {
    return "Linux";
  }
}

/** `Key: value` lines, as docker's. */
export function infoText(info: Info): string {
  const [runtime] = info.Runtimes;
  return [
    `Containers: ${info.Containers}`,
    ` Running: ${info.ContainersRunning}`,
    ` Paused: ${info.ContainersPaused}`,
    ` Stopped: ${info.ContainersStopped}`,
    `Images: ${info.Images}`,
    `Version: ${info.ServerVersion}`,
    `Storage Driver: ${info.Driver}`,
    `Logging Driver: ${info.LoggingDriver}`,
    `Cgroup Version: ${info.CgroupVersion}`,
    `Cgroup Controllers: ${info.CgroupControllers.join(" ")}`,
    `Runtimes: ${info.Runtimes.map(({ Path, Version }) => `${Path} (${Version})`).join(", ") || "none"}`,
    `Default Runtime: ${runtime?.Path ?? "none"}`,
    `Kernel Version: ${info.KernelVersion}`,
    `Operating System: ${info.OperatingSystem}`,
    `OSType: ${info.OSType}`,
    `Architecture: ${info.Architecture}`,
    `CPUs: ${info.NCPU}`,
    `Total Memory: ${formatBinarySize(info.MemTotal)}`,
    `Name: ${info.Name}`,
    `Data Directory: ${info.DockerRootDir}`,
  ].join("\n");
}
