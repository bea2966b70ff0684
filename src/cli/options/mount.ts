/** `--mount type=bind,source=/srv,target=/data,readonly` (docker's long syntax: one line of CSV). */
import { NotSupportedError, UsageError } from "../../base/errors.ts";
import { parseSize } from "../../base/units.ts";
import { checkVolumeName } from "../../bundle/volume.ts";
import type { MountOption } from "../../store/container.ts";
import { parseBoolean } from "../boolean_words.ts";
import { absolutePath, checkTarget, isPropagation } from "./mount_parts.ts";
import { cut } from "./key_value.ts";

/** The keys that only one type of mount understands. */
const ONLY_FOR: ReadonlyMap<string, MountOption["type"]> = new Map([
  ["bind-propagation", "bind"],
  ["volume-nocopy", "volume"],
  ["tmpfs-size", "tmpfs"],
  ["tmpfs-mode", "tmpfs"],
]);
const NOT_YET = [
  "bind-nonrecursive",
  "bind-recursive",
  "volume-driver",
  "volume-label",
  "volume-opt",
  "volume-subpath",
];

/** @param cwd what relative sources start from @throws UsageError; NotSupportedError */
export function parseMount(text: string, cwd: string): MountOption {
  const refuse = (reason: string) =>
    new UsageError(`Cannot use --mount '${text}': ${reason}`, {
      hint: "Write --mount type=bind,source=/path/on/host,target=/path/in/container",
    });
  const mount: MountOption = { type: "volume", source: "", target: "", readOnly: false };
  const fields = splitFields(text, refuse).map(cut);
  for (const [key, value] of fields) {
    if (key.toLowerCase() === "type") mount.type = mountType(value ?? "", refuse);
  }
  for (const [key, value] of fields) applyField(mount, key.toLowerCase(), value, cwd, refuse);
  if (mount.target === "") throw refuse("it has no target");
  checkTarget(mount.target, refuse);
  if (mount.type === "bind" && mount.source === "") throw refuse("a bind mount needs a source");
  if (mount.type === "tmpfs" && mount.source !== "") throw refuse("a tmpfs has no source");
  if (mount.type === "volume" && mount.source !== "") checkVolumeName(mount.source);
  if (mount.type === "bind") mount.createSource = false;
  return mount;
}

function applyField(
  mount: MountOption,
  key: string,
  value: string | undefined,
  cwd: string,
  refuse: (reason: string) => Error,
): void {
  if (NOT_YET.includes(key)) throw new NotSupportedError(`--mount ${key}`);
  const only = ONLY_FOR.get(key);
  if (only && only !== mount.type) throw refuse(`'${key}' is for type=${only}`);
  if (key === "readonly" || key === "ro") {
    mount.readOnly = parseTruth(key, value, refuse);
    return;
  }
  if (key === "volume-nocopy") {
    mount.noCopy = parseTruth(key, value, refuse);
    return;
  }
  if (!value) throw refuse(`'${key}' needs a value`);
  switch (key) {
    case "type":
    case "consistency": // see volume.ts: on Linux all are the same
      return;
    case "source":
    case "src":
      mount.source = mount.type === "bind" ? absolutePath(value, cwd) : value;
      return;
    case "target":
    case "dst":
    case "destination":
      mount.target = value;
      return;
    case "bind-propagation":
      if (!isPropagation(value)) throw refuse(`there is no propagation '${value}'`);
      mount.propagation = value;
      return;
    case "tmpfs-size":
      mount.sizeBytes = parseSize(value);
      return;
    case "tmpfs-mode":
      mount.mode = parseMode(value, refuse);
      return;
  }
  throw refuse(`there is no key '${key}'`);
}

function mountType(text: string, refuse: (reason: string) => Error): MountOption["type"] {
  if (text === "bind" || text === "volume" || text === "tmpfs") return text;
  if (text === "npipe" || text === "cluster" || text === "image") {
    throw new NotSupportedError(`--mount type=${text}`);
  }
  throw refuse(`there is no type '${text}': bind, volume or tmpfs`);
}

function parseTruth(key: string, value: string | undefined, refuse: (reason: string) => Error): boolean {
  const truth = parseBoolean(value ?? "true");
  if (truth === undefined) throw refuse(`'${key}' is true or false, not '${value}'`);
  return truth;
}

/** Octal permission bits, as 1777. */
export function parseMode(text: string, refuse: (reason: string) => Error): number {
  if (!/^0?[0-7]{1,4}$/.test(text)) throw refuse(`'${text}' is not a mode as 1777`);
  return parseInt(text, 8);
}

// RFC 4180: a field in double quotes may hold commas; a quote inside is doubled.
function splitFields(text: string, refuse: (reason: string) => Error): string[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",]*)),/y;
  const fields: string[] = [];
  const line = `${text},`;
  while (field.lastIndex < line.length) {
    const match = field.exec(line);
    if (!match) throw refuse("a quote is out of place");
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2]);
  }
  if (fields.includes("")) throw refuse("a field is empty");
  return fields;
}
