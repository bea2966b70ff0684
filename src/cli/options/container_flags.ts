/** The flags of docker's that describe a container; `run` has them, and `create` will. */
import { type Command, Option } from "@commander-js/extra-typings";
import { NotSupportedError } from "../../base/errors.ts";
import { parseDevice } from "./device.ts";
import { parseLabel, parseSysctl } from "./key_value.ts";
import { list } from "./list.ts";
import { parseMount } from "./mount.ts";
import { refuseFlags } from "./not_yet.ts";
import { cpuList, parseCpus, sizeValue, wholeNumber } from "./number.ts";
import { parseTmpfs } from "./tmpfs.ts";
import { parseUlimit } from "./ulimit.ts";
import { parseVolume } from "./volume.ts";

/** What the flags hold once parsed; repeated ones are lists. */
export type ContainerFlags = ReturnType<ReturnType<typeof addContainerFlags>["opts"]>;

/**
 * Adds the flags in the order of the help.
 * @param words of the command line, for the flags that are only there to be refused
 */
export function addContainerFlags(command: Command, words: readonly string[]) {
  const cwd = Deno.cwd();
  refuseFlags(command, NOT_YET, words);
  return command
    .option("-i, --interactive", "keep standard input open", false)
    .option("-t, --tty", "give the container a terminal", false)
    .option("-e, --env <variable>", "set NAME=value, or copy NAME from the host", list(String), [])
    .option("--env-file <file>", "read variables from a file", list(String), [])
    .option(
      "-v, --volume <mount>",
      "mount a host path or a named volume",
      list((text) => parseVolume(text, cwd)),
      [],
    )
    .option("--mount <fields>", "mount, in long form", list((text) => parseMount(text, cwd)), [])
    .option("--tmpfs <target>", "mount a tmpfs: target[:size=64m,mode=1777]", list(parseTmpfs), [])
    .option("-w, --workdir <directory>", "working directory in the container")
    .option("-u, --user <user>", "run as user[:group], names or numbers")
    .option("--group-add <group>", "additional group of the user", list(String), [])
    .option("--name <name>", "name of the container")
    .option("--rm", "remove the container when it ends", false)
    .option("--entrypoint <command>", "replace the image's entrypoint; '' clears it")
    .option("-h, --hostname <name>", "host name in the container")
    .option("--read-only", "make the root file system read-only", false)
    .option("--cap-add <capability>", "add a Linux capability", list(String), [])
    .option("--cap-drop <capability>", "drop a Linux capability", list(String), [])
    .option("--privileged", "give the container the host's devices and all capabilities", false)
    .option("--security-opt <option>", "no-new-privileges, seccomp=FILE, apparmor=PROFILE…", list(String), [])
    .option("--device <device>", "give a device: /dev/host[:/dev/container][:rwm]", list(parseDevice), [])
    .option("-m, --memory <size>", "limit memory", sizeValue("--memory"))
    .option(
      "--memory-swap <size>",
      "limit memory and swap together; -1: no limit",
      sizeValue("--memory-swap", { unlimited: true }),
    )
    .option(
      "--memory-reservation <size>",
      "memory to be left when the host runs short",
      sizeValue("--memory-reservation"),
    )
    .option("--cpus <number>", "limit CPU time to so many CPUs' worth", parseCpus)
    .option("-c, --cpu-shares <weight>", "weight against other containers", wholeNumber("--cpu-shares", 0))
    .option(
      "--cpu-quota <microseconds>",
      "CPU time in each period; -1: no limit",
      wholeNumber("--cpu-quota", -1),
    )
    .option(
      "--cpu-period <microseconds>",
      "length of a period of --cpu-quota",
      wholeNumber("--cpu-period", 0),
    )
    .option("--cpuset-cpus <list>", "CPUs to run on: 0-2,4", cpuList("--cpuset-cpus"))
    .option("--cpuset-mems <list>", "memory nodes to use: 0-1", cpuList("--cpuset-mems"))
    .option(
      "--blkio-weight <weight>",
      "weight of disk access, 10 to 1000",
      wholeNumber("--blkio-weight", 0, 1000),
    )
    .option(
      "--pids-limit <number>",
      "limit processes and threads; -1: no limit",
      wholeNumber("--pids-limit", -1),
    )
    .option("--ulimit <limit>", "set a limit of each process: nofile=1024:4096", list(parseUlimit), [])
    .option("--sysctl <setting>", "set a kernel parameter of the container", list(parseSysctl), [])
    .option("--shm-size <size>", "size of /dev/shm (default: 64m)", sizeValue("--shm-size"))
    .option("--allow-unenforced-limits", "start also where the host can't enforce a limit", false)
    .option("-l, --label <label>", "add a label: key=value", list(parseLabel), [])
    .option("--label-file <file>", "read labels from a file", list(String), [])
    .option("--init", "run an init as PID 1 that forwards signals and reaps processes", false)
    .addOption(
      new Option("--network <mode>", "'host', or 'none': no network at all")
        .default("none" as const).argParser((text) => onlyValues("--network", text, ["none", "host"])),
    )
    .addOption(
      new Option("--net <mode>").hideHelp() // docker's old name
        .argParser((text) => onlyValues("--net", text, ["none", "host"])),
    )
    .addOption(
      new Option("--pull <when>", "pull the image").choices(["always", "missing", "never"]).default(
        "missing" as const,
      ),
    )
    .option("--platform <platform>", "choose the image for os/architecture[/variant]")
    .option("--cidfile <file>", "write the container's ID to a new file")
    .option("--stop-signal <signal>", "signal that stops the container")
    .option(
      "--stop-timeout <seconds>",
      "time to end before being killed; -1: wait",
      wholeNumber("--stop-timeout", -1),
    )
    .option("--no-healthcheck", "switch off the image's health check")
    .addOption(
      new Option("--restart <policy>", "only 'no' for now").hideHelp()
        .argParser((text) => onlyValues("--restart", text, ["no"])),
    )
    .addOption(
      new Option("--sig-proxy <boolean>").hideHelp()
        .argParser((text) => onlyValues("--sig-proxy", text, ["true"])),
    )
    .option("-q, --quiet", "do not show the progress of a pull", false);
}

function onlyValues<const Value extends string>(flag: string, text: string, known: readonly Value[]): Value {
  const value = known.find((candidate) => candidate === text);
  if (value === undefined) {
    throw new NotSupportedError(`${flag} ${text}`, {
      hint: `For now: ${known.map((word) => `${flag} ${word}`).join(" or ")}`,
    });
  }
  return value;
}

/** docker's and podman's other flags of `run`. */
const NOT_YET = [
  "-a, --attach <stream>",
  "--add-host <host>",
  "--annotation <annotation>",
  "--blkio-weight-device <weight>",
  "--cgroup-parent <path>",
  "--cgroupns <mode>",
  "--cpu-rt-period <microseconds>",
  "--cpu-rt-runtime <microseconds>",
  "-d, --detach",
  "--detach-keys <keys>",
  "--device-cgroup-rule <rule>",
  "--device-read-bps <rate>",
  "--device-read-iops <rate>",
  "--device-write-bps <rate>",
  "--device-write-iops <rate>",
  "--disable-content-trust",
  "--dns <server>",
  "--dns-option <option>",
  "--dns-search <domain>",
  "--domainname <name>",
  "--expose <port>",
  "--gpus <devices>",
  "--health-cmd <command>",
  "--health-interval <duration>",
  "--health-on-failure <action>",
  "--health-retries <number>",
  "--health-start-interval <duration>",
  "--health-start-period <duration>",
  "--health-timeout <duration>",
  "--ip <address>",
  "--ip6 <address>",
  "--ipc <mode>",
  "--isolation <technology>",
  "--link <container>",
  "--link-local-ip <address>",
  "--log-driver <driver>",
  "--log-opt <option>",
  "--mac-address <address>",
  "--memory-swappiness <percent>",
  "--network-alias <name>",
  "--oom-kill-disable",
  "--oom-score-adj <number>",
  "--pid <mode>",
  "-p, --publish <ports>",
  "-P, --publish-all",
  "--replace",
  "--runtime <name>",
  "--storage-opt <option>",
  "--userns <mode>",
  "--uts <mode>",
  "--volume-driver <driver>",
  "--volumes-from <container>",
];
