import { parsePlatform } from "../../../oci/platform.ts";
import { parseReference } from "../../../oci/reference.ts";
import { byKind } from "../../yaml/types/collection.ts";
import { object, optional, required, shortFor, withDefault } from "../../yaml/types/object.ts";
import { choice, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";
import { commandLine, containerPath } from "./words.ts";

const reference: Type<string> = word({
  words: "the name of an image, such as nginx:1.27 or registry.example.com/team/app@sha256:…",
  json: { type: "string", minLength: 1 },
  parse(text) {
    // The ID of an image that is here already is no reference, but names one as well.
    if (!/^(sha256:)?[0-9a-f]{64}$/.test(text)) parseReference(text);
    return text;
  },
});

const platform: Type<string> = word({
  words: "a platform, such as linux/arm64 or linux/arm/v7",
  json: { type: "string", minLength: 1 },
  parse(text) {
    parsePlatform(text);
    return text;
  },
});

const image = object({
  docker_image: required(reference, {
    about: "The image to run, named as docker names it.",
    example: "nginx:1.27",
  }),
  command: optional(commandLine, {
    about:
      "What the entrypoint is given, or what runs if there is none. A text is split into words as a shell " +
      "would (quotes, backslash), but no shell runs it; `[]` leaves the image's out.",
    example: '[nginx, -g, "daemon off;"]',
    otherwise: "the image's; none if `entrypoint` is given",
  }),
  entrypoint: optional(commandLine, {
    about: "The program to start, written as `command` is; `[]` leaves the image's out.",
    example: "/docker-entrypoint.sh --quiet",
    otherwise: "the image's",
  }),
  workdir: optional(containerPath, {
    about: "The folder in the container where the program starts; it is made if it is missing.",
    example: "/usr/share/nginx/html",
    otherwise: "the image's, or `/`",
  }),
  platform: optional(platform, {
    about: "Which image to take where there are several: `os/architecture[/variant]`.",
    example: "linux/arm64",
    otherwise: "the host's",
  }),
  pull_policy: withDefault(choice("always", "missing", "never"), "missing", {
    about: "When to ask the registry: each time, if the image is not here, or never.",
    example: "always",
  }),
}, {
  elsewhere: { name: "docker_image", image: "docker_image", working_dir: "workdir", pull: "pull_policy" },
});

/** `image: nginx`, or a map. */
export const imageOrName = byKind({ scalar: shortFor(image, "docker_image", reference), map: image });
