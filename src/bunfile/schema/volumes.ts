import { isHostPath, resolveHostPath } from "../../base/host_path.ts";
import type { TreeNode } from "../../yaml/tree.ts";
import { byKind, list, transform } from "../../yaml/types/collection.ts";
import { object, optional, required, withDefault } from "../../yaml/types/object.ts";
import { Refusal, text, word } from "../../yaml/types/scalar.ts";
import type { Place, Type } from "../../yaml/types/type.ts";
import { cleanContainerPath, containerPath, NAME } from "./words.ts";

const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"] as const;

/** A folder or file of the host, or a volume, in the container. */
export interface Volume {
  type: "bind" | "volume";
  /** bind: absolute; volume: its name, "" for one of this container alone */
  source: string;
  target: string;
  readOnly: boolean;
  /** bind only */
  propagation?: typeof PROPAGATIONS[number];
  /** volume only: the image's files are not copied into an empty volume */
  noCopy?: boolean;
}

type Mode = Pick<Volume, "readOnly" | "propagation" | "noCopy">;

const MODE_WORDS = ["rw", "ro", "nocopy", ...PROPAGATIONS];

const mode: Type<Mode> = word({
  words: `rw or ro, and after a comma maybe nocopy or one of ${PROPAGATIONS.join(", ")}`,
  json: { type: "string", pattern: `^(${MODE_WORDS.join("|")})(,(${MODE_WORDS.join("|")}))*$` },
  parse: readMode,
});

function readMode(text: string): Mode | undefined {
  const words = text.split(",");
  if (words.some((word) => word === "z" || word === "Z")) {
    throw new Refusal("no z or Z: SELinux labels are not supported yet");
  }
  const propagations = PROPAGATIONS.filter((propagation) => words.includes(propagation));
  const contradicts = words.includes("ro") && words.includes("rw") || propagations.length > 1;
  if (contradicts || words.some((word) => !MODE_WORDS.includes(word))) return undefined;
  return {
    readOnly: words.includes("ro"),
    ...(propagations[0] && { propagation: propagations[0] }),
    ...(words.includes("nocopy") && { noCopy: true }),
  };
}

const volumeMap = object({
  source: optional(text("a path of the host or the name of a volume", /^[^\0]+$/), {
    about:
      "A path of the host, which begins with `/`, `./`, `../` or `~/` and is relative to this file; or the " +
      "name of a volume, which is made if it is missing.",
    example: "./site",
    otherwise: "a volume of this container alone",
  }),
  target: required(containerPath, {
    about: "Where it is in the container.",
    example: "/usr/share/nginx/html",
  }),
  mode: withDefault(mode, "rw", {
    about: "`rw` or `ro` (read-only); after a comma, for host paths, how mounts made later spread " +
      `(${
        PROPAGATIONS.map((word) => `\`${word}\``).join(", ")
      }), and for volumes \`nocopy\`: the image's files ` +
      "are not copied into an empty volume.",
    example: "ro",
  }),
}, { elsewhere: { read_only: "mode: ro", readonly: "mode: ro", type: "source: a path or a volume's name" } });

const volumeShort: Type<Volume> = word({
  words: "a text such as ./data:/data, data:/data:ro",
  json: { type: "string", minLength: 1 },
  parse(text, place) {
    const parts = text.split(":");
    if (parts.length > 3 || parts.includes("")) return undefined;
    const [source, target, modeText = "rw"] = parts.length === 1 ? [undefined, parts[0]] : parts;
    const clean = cleanContainerPath(target);
    if (!clean) throw new Refusal("an absolute path in the container, as in ./data:/data");
    const mode = readMode(modeText);
    if (!mode) throw new Refusal(`after the last colon rw, ro, nocopy or one of ${PROPAGATIONS.join(", ")}`);
    return toVolume({ source, target: clean, mode }, place);
  },
});

const volume: Type<Volume> = byKind({
  scalar: volumeShort,
  map: transform(volumeMap, (map, place, node) => {
    try {
      return toVolume(map, place);
    } catch (error) {
      if (error instanceof Refusal) return place.at("source").refuse(valueOf(node, "source"), error.message);
      throw error;
    }
  }),
});

function toVolume(map: { source?: string; target: string; mode: Mode }, { context }: Place): Volume {
  const { source = "", target, mode } = map;
  if (isHostPath(source)) {
    if (mode.noCopy) throw new Refusal("a volume's name: nocopy is not for host paths");
    return { type: "bind", source: resolveHostPath(source, context), target, ...mode };
  }
  if (source !== "" && !NAME.test(source)) {
    throw new Refusal(
      "a path that begins with /, ./, ../ or ~/, or a volume's name of letters, digits, '_', '.' and '-'",
    );
  }
  if (mode.propagation) throw new Refusal(`a path of the host: ${mode.propagation} is not for volumes`);
  return { type: "volume", source, target, ...mode };
}

function valueOf(node: TreeNode, key: string): TreeNode {
  return node.kind === "map" && node.entries.find((entry) => entry.key === key)?.value || node;
}

/** No two at one target. */
export const volumes: Type<Volume[]> = list(volume, { of: "volumes", identity: ({ target }) => target });
