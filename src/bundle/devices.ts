/** Device nodes of a container, and the rules of its cgroup about them. */
import type { SpecDevice, SpecDeviceRule } from "../../oci/runtime_spec.ts";
import { BudgieError } from "../base/errors.ts";
import type { DeviceOption } from "../store/container.ts";

/** What goes into config.json. */
export interface ContainerDevices {
  nodes: SpecDevice[];
  rules: SpecDeviceRule[];
}

const DENY_ALL: SpecDeviceRule = { allow: false, access: "rwm" };
const ALLOW_ALL: SpecDeviceRule = { allow: true, access: "rwm" };

/** Docker's: zero, null, urandom, random, tty and console. The runtime adds those it makes itself. */
const DEFAULT_RULES: SpecDeviceRule[] = [
  DENY_ALL,
  ...[[1, 5], [1, 3], [1, 9], [1, 8], [5, 0], [5, 1]].map(allow),
];

/** Made by the runtime for each container, or another kind of thing altogether: not taken from the host's /dev. */
const NOT_THE_HOSTS = new Set([
  "console",
  "fd",
  "mqueue",
  "ptmx",
  "pts",
  "shm",
  ".lxc",
  ".lxd-mounts",
  ".udev",
]);

/** @throws BudgieError when a device is not there or is none */
export function containerDevices(options: readonly DeviceOption[], privileged: boolean): ContainerDevices {
  const asked = options.flatMap((option) =>
    devicesAt(option).map((node) => ({ node, permissions: option.permissions }))
  );
  if (!privileged) {
    const rules = asked.map(({ node, permissions }) => ruleFor(node, permissions));
    return { nodes: asked.map(({ node }) => node), rules: [...DEFAULT_RULES, ...rules] };
  }
  const nodes = new Map(
    [...hostDevices("/dev"), ...asked.map(({ node }) => node)].map((node) => [node.path, node]),
  );
  return { nodes: [...nodes.values()], rules: [ALLOW_ALL] };
}

// A directory stands for all devices in it, as /dev/snd does.
function devicesAt({ hostPath, containerPath }: DeviceOption): SpecDevice[] {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(hostPath);
  } catch (cause) {
    throw new BudgieError(`Cannot give device '${hostPath}' to the container: it does not exist`, { cause });
  }
  const devices = info.isDirectory ? devicesBelow(hostPath, containerPath) : [toDevice(info, containerPath)];
  const found = devices.filter((device) => device !== undefined);
  if (found.length === 0) {
    throw new BudgieError(`Cannot give '${hostPath}' to the container: it is not a device`);
  }
  return found;
}

function hostDevices(directory: string): SpecDevice[] {
  return devicesBelow(directory, directory).filter((device) => device !== undefined);
}

function devicesBelow(hostDirectory: string, directory: string): (SpecDevice | undefined)[] {
  return [...Deno.readDirSync(hostDirectory)].flatMap(({ name, isDirectory, isSymlink }) => {
    const hostPath = `${hostDirectory}/${name}`;
    if (isSymlink || (hostDirectory === "/dev" && NOT_THE_HOSTS.has(name))) return [];
    if (isDirectory) return devicesBelow(hostPath, `${directory}/${name}`);
    return [toDevice(Deno.lstatSync(hostPath), `${directory}/${name}`)];
  });
}

function toDevice(info: Deno.FileInfo, path: string): SpecDevice | undefined {
  const type = info.isCharDevice ? "c" : info.isBlockDevice ? "b" : undefined;
  if (!type) return undefined;
  const { major, minor } = splitDeviceNumber(info.rdev!);
  return { type, path, major, minor, fileMode: info.mode! & 0o7777, uid: info.uid!, gid: info.gid! };
}

/** glibc's makedev(3) backwards: 12 and 20 bits of each, interleaved. Not by `&`, which has 32 bits only. */
export function splitDeviceNumber(device: number): { major: number; minor: number } {
  const bits = BigInt(device);
  const major = (bits >> 8n & 0xfffn) | (bits >> 32n & 0xfffff000n);
  const minor = (bits & 0xffn) | (bits >> 12n & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}

function allow([major, minor]: number[]): SpecDeviceRule {
  return { allow: true, type: "c", major, minor, access: "rwm" };
}

function ruleFor({ type, major, minor }: SpecDevice, access: string): SpecDeviceRule {
  return { allow: true, type: type === "b" ? "b" : "c", major, minor, access };
}
