/** `--tmpfs /run:size=64m,mode=1777`. */
import { NotSupportedError, UsageError } from "../../base/errors.ts";
import { parseSize } from "../../base/units.ts";
import type { MountOption } from "../../store/container.ts";
import { parseMode } from "./mount.ts";
import { checkTarget } from "./mount_parts.ts";
import { cut } from "./key_value.ts";

/** What every tmpfs of a container has anyway. */
const DEFAULTS = ["rw", "noexec", "nosuid", "nodev"];

/** @throws UsageError; NotSupportedError */
export function parseTmpfs(text: string): MountOption {
  const refuse = (reason: string) =>
    new UsageError(`Cannot use --tmpfs '${text}': ${reason}`, {
      hint: "Write --tmpfs /run:size=64m,mode=1777",
    });
  const colon = text.indexOf(":");
  const target = colon === -1 ? text : text.slice(0, colon);
  checkTarget(target, refuse);
  const mount: MountOption = { type: "tmpfs", source: "", target, readOnly: false };
  for (const option of colon === -1 ? [] : text.slice(colon + 1).split(",")) {
    const [key, value] = cut(option);
    if (key === "size" && value) mount.sizeBytes = parseSize(value);
    else if (key === "mode" && value) mount.mode = parseMode(value, refuse);
    else if (option === "ro") mount.readOnly = true;
    else if (option === "" || !DEFAULTS.includes(option)) {
      if (/^(exec|suid|dev|sync|async|relatime|noatime|uid|gid|nr_inodes|nr_blocks|huge|mpol)$/.test(key)) {
        throw new NotSupportedError(`--tmpfs option '${option}'`);
      }
      throw refuse(`there is no option '${option}'`);
    }
  }
  return mount;
}
