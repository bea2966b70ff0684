/** `--device /dev/fuse[:/dev/name][:rwm]`. */
import { NotSupportedError, UsageError } from "../../base/errors.ts";
import type { DeviceOption } from "../../store/container.ts";

const PERMISSIONS = /^(?!.*(.).*\1)[rwm]+$/;

/** @throws UsageError; NotSupportedError */
export function parseDevice(text: string): DeviceOption {
  if (/^[\w.-]+\/[\w.-]+=/.test(text)) throw new NotSupportedError(`--device ${text}: CDI devices`);
  const [hostPath, second, third, ...more] = text.split(":");
  const isPermissions = third === undefined && second !== undefined && PERMISSIONS.test(second);
  const containerPath = isPermissions ? hostPath : second ?? hostPath;
  const permissions = (isPermissions ? second : third) ?? "rwm";
  const valid = hostPath.startsWith("/") && containerPath.startsWith("/") && PERMISSIONS.test(permissions);
  if (!valid || more.length > 0) {
    throw new UsageError(`Cannot use the device '${text}'`, {
      hint: "Write --device /dev/on-host[:/dev/in-container][:rwm]",
    });
  }
  return { hostPath, containerPath, permissions };
}
