/** `--secret NAME[,target=FILE][,uid=0][,gid=0][,mode=0400][,env=VARIABLE]` (podman's words, and `env`). */
import { UsageError } from "../../base/errors.ts";
import { parseSecretTarget } from "../../base/secret_target.ts";
import type { SecretOption } from "../../store/container.ts";
import { cut } from "./key_value.ts";
import { parseMode } from "./mount.ts";

/** The kernel's own "no user" is one more (chown(2)). */
const MAX_ID = 4_294_967_294;

/** podman's default type is mount; with `type=env` there is no file, and the target is the variable. @throws UsageError */
export function parseSecret(text: string): SecretOption {
  const refuse = (reason: string) =>
    new UsageError(`Cannot use --secret '${text}': ${reason}`, {
      hint: "Write --secret NAME, or --secret NAME,target=file,mode=0440",
    });
  const [first, ...rest] = text.split(",").map(cut);
  const words = first[1] === undefined
    ? [["source", first[0]] as [string, string], ...rest]
    : [first, ...rest];
  const fields = new Map<string, string>();
  for (const [word, value] of words) {
    const key = ALIASES[word] ?? word;
    if (!KEYS.includes(key)) throw refuse(`there is no key '${word}': ${KEYS.join(", ")}`);
    if (!value) throw refuse(`'${word}' needs a value`);
    if (fields.has(key)) throw refuse(`'${word}' is there twice`);
    fields.set(key, value);
  }
  const source = fields.get("source");
  if (source === undefined) throw refuse("it has no name");
  const type = fields.get("type") ?? "mount";
  if (type !== "mount" && type !== "env") throw refuse(`there is no type '${type}': mount or env`);
  const target = fields.get("target") ?? source;
  const id = (key: string) => fields.has(key) ? parseId(key, fields.get(key)!, refuse) : undefined;
  return {
    source,
    target: type === "env" ? undefined : checkedTarget(target, refuse),
    uid: id("uid"),
    gid: id("gid"),
    mode: fields.has("mode") ? parseMode(fields.get("mode")!, refuse) : 0o400,
    env: checkedVariable(type === "env" ? target : fields.get("env"), refuse),
  };
}

const ALIASES: Record<string, string> = { src: "source", dst: "target", destination: "target" };
const KEYS = ["source", "target", "uid", "gid", "mode", "env", "type"];

/** @throws UsageError when two would be at the same place, or in the same variable */
export function secretOptions(secrets: readonly SecretOption[]): SecretOption[] {
  for (const field of ["target", "env"] as const) {
    const places = secrets.map((secret) => secret[field]).filter((place) => place !== undefined);
    const twice = places.find((place, index) => places.indexOf(place) !== index);
    if (twice !== undefined) {
      throw new UsageError(`Cannot use --secret: two secrets have the ${field} '${twice}'`);
    }
  }
  return [...secrets];
}

function checkedTarget(text: string, refuse: (reason: string) => Error): string {
  const target = parseSecretTarget(text);
  if (target === undefined) throw refuse(`'${text}' is neither a file name nor an absolute path`);
  return target;
}

function checkedVariable(text: string | undefined, refuse: (reason: string) => Error): string | undefined {
  if (text !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) {
    throw refuse(`'${text}' is no variable's name`);
  }
  return text;
}

function parseId(key: string, text: string, refuse: (reason: string) => Error): number {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : Infinity;
  if (id > MAX_ID) throw refuse(`${key} is a number from 0 to ${MAX_ID}, not '${text}'`);
  return id;
}
