import { byKind, list, transform } from "../../yaml/types/collection.ts";
import { object, optional, required, withDefault } from "../../yaml/types/object.ts";
import { text, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";
import { cleanContainerPath, containerPath } from "./words.ts";

/** A device node of the host, in the container. */
export interface Device {
  hostPath: string;
  containerPath: string;
  /** of r, w and m (mknod) */
  permissions: string;
}

const PERMISSIONS = /^(?!.*(.).*\1)[rwm]{1,3}$/;

const deviceMap = object({
  source: required(text("an absolute path of the host", /^\/[^\0]+$/), {
    about: "The device node of the host, or a folder of such.",
    example: "/dev/ttyUSB0",
  }),
  target: optional(containerPath, {
    about: "Its path in the container.",
    example: "/dev/modem",
    otherwise: "the same as `source`",
  }),
  permissions: withDefault(text("r, w and m (mknod), each at most once", PERMISSIONS), "rwm", {
    about: "What the container may do: read, write, make nodes.",
    example: "rw",
  }),
});

/** No two at one path in the container. */
export const devices: Type<Device[]> = list<Device>(
  byKind<Device>({
    scalar: word({
      words: "a text such as /dev/ttyUSB0, /dev/ttyUSB0:/dev/modem:rw",
      json: { type: "string", pattern: "^/" },
      parse(text) {
        const [hostPath, ...rest] = text.split(":");
        const permissions = PERMISSIONS.test(rest.at(-1) ?? "") ? rest.pop()! : "rwm";
        const [target = hostPath, ...more] = rest;
        const containerPath = cleanContainerPath(target);
        if (more.length > 0 || !hostPath.startsWith("/") || !containerPath) return undefined;
        return { hostPath, containerPath, permissions };
      },
    }),
    map: transform(deviceMap, ({ source, target = source, permissions }) => ({
      hostPath: source,
      containerPath: target,
      permissions,
    })),
  }),
  { of: "devices", identity: ({ containerPath }) => containerPath },
);
