/** `-v [SOURCE:]TARGET[:OPTIONS]` (docker's short syntax). */
import { NotSupportedError, UsageError } from "../../base/errors.ts";
import { checkVolumeName } from "../../bundle/volume.ts";
import type { MountOption } from "../../store/container.ts";
import { absolutePath, checkTarget, isPropagation } from "./mount_parts.ts";

/**
 * A source that begins with `/`, `./` or `../` is a path of the host, made when it is missing; else it names a
 * volume, so that a mistyped path is no new folder.
 * @param cwd what relative paths start from
 * @throws UsageError; NotSupportedError
 */
export function parseVolume(text: string, cwd: string): MountOption {
  const parts = text.split(":");
  if (parts.length > 3 || parts.some((part) => part === "")) {
    throw invalid(text, "it has an empty or extra part");
  }
  const [source, target, options] = parts.length === 1 ? ["", parts[0], undefined] : parts;
  const mount = emptyMount(source, target, cwd);
  checkTarget(target, (reason) => invalid(text, reason));
  for (const option of options?.split(",") ?? []) applyOption(mount, option, text);
  return mount;
}

function emptyMount(source: string, target: string, cwd: string): MountOption {
  if (/^(\/|\.\.?(\/|$))/.test(source)) {
    return { type: "bind", source: absolutePath(source, cwd), target, readOnly: false, createSource: true };
  }
  if (source !== "") checkVolumeName(source);
  return { type: "volume", source, target, readOnly: false };
}

function applyOption(mount: MountOption, option: string, text: string): void {
  switch (option) {
    case "ro":
    case "rw":
      mount.readOnly = option === "ro";
      return;
    case "nocopy":
      if (mount.type !== "volume") throw invalid(text, "'nocopy' is for named volumes");
      mount.noCopy = true;
      return;
    // How strictly a virtual machine keeps files in step: on Linux all three are the same.
    case "cached":
    case "delegated":
    case "consistent":
      return;
    case "z":
    case "Z":
    case "U":
      throw new NotSupportedError(`-v ${text}: the option '${option}'`, {
        hint: "It is for SELinux or user namespaces; leave it out on a host without them",
      });
  }
  if (!isPropagation(option)) throw invalid(text, `there is no option '${option}'`);
  if (mount.type !== "bind") throw invalid(text, `'${option}' is for paths of the host`);
  mount.propagation = option;
}

function invalid(text: string, reason: string): UsageError {
  return new UsageError(`Cannot use -v '${text}': ${reason}`, {
    hint: "Write -v /path/on/host:/path/in/container[:ro] or -v volume:/path/in/container",
  });
}
