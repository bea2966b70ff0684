/** The flags of docker's that describe a container; `run` has them, and `create` will. */
import { type Command, Option } from "@commander-js/extra-typings";
import { parseDevice } from "./device.ts";
import { healthDuration } from "./health.ts";
import { parseLabel, parseSysctl } from "./key_value.ts";
import { list } from "./list.ts";
import { parseLogDriver, parseLogOpt } from "./log_options.ts";
import { parseMount } from "./mount.ts";
import { addNetworkFlags, type NetworkFlags } from "./network_flags.ts";
import { refuseFlags } from "./not_yet.ts";
import { sizeValue, wholeNumber } from "./number.ts";
import { addResourceFlags, type ResourceFlags } from "./resource_flags.ts";
import { parseRestart } from "./restart.ts";
import { parseSecret } from "./secret.ts";
import { parseTmpfs } from "./tmpfs.ts";
import { parseUlimit } from "./ulimit.ts";
import { parseVolume } from "./volume.ts";

/** What the flags hold once parsed; repeated ones are lists. */
export type ContainerFlags =
  & ReturnType<ReturnType<typeof addContainerFlags>["opts"]>
  & ResourceFlags
  & NetworkFlags;

/**
 * Adds the flags in the order of the help.
 * @param words of the command line, for the flags that are only there to be refused
 */
export function addContainerFlags(command: Command, words: readonly string[]) {
  const cwd = Deno.cwd();
  refuseFlags(command, NOT_YET, words);
  const described = command
    .option("-i, --interactive", "keep standard input open", false)
    .option("-t, --tty", "give the container a terminal", false)
    .option("-e, --env <variable>", "set NAME=value, or copy NAME from the host", list(String), [])
    .option("--env-file <file>", "read variables from a file", list(String), [])
    .option(
      "-v, --volume <mount>",
      "mount a host path or a named volume: [source:]target[:ro]",
      list((text) => parseVolume(text, cwd)),
      [],
    )
    .option(
      "--mount <fields>",
      "mount, in long form: type=bind,source=/srv,target=/data",
      list((text) => parseMount(text, cwd)),
      [],
    )
    .option("--tmpfs <target>", "mount a tmpfs: target[:size=64m,mode=1777]", list(parseTmpfs), [])
    .option("-w, --workdir <directory>", "working directory in the container")
    .option("-u, --user <user>", "run as user[:group], names or numbers")
    .option("--group-add <group>", "additional group of the user", list(String), [])
    .option("--name <name>", "name of the container")
    .option("--replace", "remove a container of the same name first", false)
    .option("--rm", "remove the container when it ends", false)
    .option("--entrypoint <command>", "replace the image's entrypoint; '' clears it")
    .option("-h, --hostname <name>", "host name in the container")
    .option("--read-only", "make the root file system read-only", false)
    .option("--cap-add <capability>", "add a Linux capability", list(String), [])
    .option("--cap-drop <capability>", "drop a Linux capability", list(String), [])
    .option("--privileged", "give the container the host's devices and all capabilities", false)
    .option("--security-opt <option>", "no-new-privileges, seccomp=FILE, apparmor=PROFILE…", list(String), [])
    .option("--device <device>", "give a device: /dev/host[:/dev/container][:rwm]", list(parseDevice), []);
  addResourceFlags(described);
  const limited = described
    .option("--ulimit <limit>", "set a limit of each process: nofile=1024:4096", list(parseUlimit), [])
    .option("--sysctl <setting>", "set a kernel parameter of the container", list(parseSysctl), [])
    .option("--shm-size <size>", "size of /dev/shm (default: 64m)", sizeValue("--shm-size"))
    .option("--allow-unenforced-limits", "start also where the host can't enforce a limit", false)
    .option("-l, --label <label>", "add a label: key=value", list(parseLabel), [])
    .option("--label-file <file>", "read labels from a file", list(String), [])
    .option("--init", "run an init as PID 1 that forwards signals and reaps processes", false);
  addNetworkFlags(limited);
  return limited
    .option(
      "--secret <secret>",
      "give a secret: NAME[,target=FILE,uid=0,gid=0,mode=0400,env=VARIABLE]",
      list(parseSecret),
      [],
    )
    .addOption(
      new Option("--pull <when>", "when to pull the image").choices(["always", "missing", "never"]).default(
        "missing" as const,
      ),
    )
    .option("--platform <platform>", "choose the image for os/architecture[/variant]")
    .option("--cidfile <file>", "write the container's ID to a new file")
    .option("--stop-signal <signal>", "signal that stops it (default: the image's, or TERM)")
    .option(
      "--stop-timeout <seconds>",
      "time to end before being killed (default: 10); -1: wait",
      wholeNumber("--stop-timeout", -1),
    )
    .option("--log-driver <driver>", "json-file and others: budgie's own log; none: no log", parseLogDriver)
    .option("--log-opt <option>", "bounds of the log: max-size=10m, max-file=3", list(parseLogOpt), [])
    .option(
      "--health-cmd <command>",
      "check health by this, run by the image's shell; exit code 0 is healthy",
    )
    .option(
      "--health-interval <duration>",
      "time between checks (default: 30s)",
      healthDuration("--health-interval"),
    )
    .option(
      "--health-timeout <duration>",
      "time after which a check has failed (default: 30s)",
      healthDuration("--health-timeout"),
    )
    .option(
      "--health-retries <number>",
      "failures in a row that make it unhealthy (default: 3)",
      wholeNumber("--health-retries", 0),
    )
    .option(
      "--health-start-period <duration>",
      "time to start, in which failures don't count (default: 0s)",
      healthDuration("--health-start-period"),
    )
    .option(
      "--health-start-interval <duration>",
      "time between checks in the start period (default: 5s)",
      healthDuration("--health-start-interval"),
    )
    .addOption(
      new Option("--health-on-failure <action>", "what is done when it is unhealthy, by default restart")
        .choices(
          ["restart", "stop", "kill", "none"] as const,
        ),
    )
    .option("--no-healthcheck", "switch off the image's health check")
    .option(
      "--restart <policy>",
      "start it again when it ends: no, always, unless-stopped, on-failure[:N] (default: no)",
      parseRestart,
    )
    .option("-q, --quiet", "do not show the progress of a pull", false);
}

/** docker's and podman's other flags of `run`. */
const NOT_YET = [
  "-a, --attach <stream>",
  "--annotation <annotation>",
  "--blkio-weight-device <weight>",
  "--cgroup-parent <path>",
  "--cgroupns <mode>",
  "--cpu-rt-period <microseconds>",
  "--cpu-rt-runtime <microseconds>",
  "--device-cgroup-rule <rule>",
  "--device-read-bps <rate>",
  "--device-read-iops <rate>",
  "--device-write-bps <rate>",
  "--device-write-iops <rate>",
  "--disable-content-trust",
  "--domainname <name>",
  "--gpus <devices>",
  "--ipc <mode>",
  "--isolation <technology>",
  "--link <container>",
  "--link-local-ip <address>",
  "--memory-swappiness <percent>",
  "--oom-kill-disable",
  "--oom-score-adj <number>",
  "--pid <mode>",
  "--runtime <name>",
  "--storage-opt <option>",
  "--userns <mode>",
  "--uts <mode>",
  "--volume-driver <driver>",
  "--volumes-from <container>",
];
