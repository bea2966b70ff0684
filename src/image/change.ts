/** Dockerfile instructions that change an image's configuration (`commit --change`). */
import { UsageError } from "../base/errors.ts";
import { normalisePath } from "../base/plain_path.ts";
import { parseSignal } from "../base/signals.ts";
import type { ExecutionConfig } from "../../oci/image.ts";

/**
 * The configuration after the instructions, one after another. Variables (`$NAME`, `${NAME}`) are those of the
 * image's environment, as it is after the instructions before.
 * @throws UsageError for what is not such an instruction
 * Source: Dockerfile reference.
 */
export function applyChanges(config: ExecutionConfig, instructions: readonly string[]): ExecutionConfig {
  let changed = config;
  let setsCmd = false;
  for (const instruction of instructions) {
    const [, word, rest] = /^\s*([a-zA-Z]+)\s*(.*?)\s*$/s.exec(instruction) ?? [];
    const name = word?.toUpperCase() ?? "";
    const change = CHANGES[name];
    if (!change) throw new ChangeError(instruction, REFUSED[name] ?? "there is no such instruction");
    if (rest === "") throw new ChangeError(instruction, "it says nothing");
    changed = { ...changed, ...change(rest, changed, instruction) };
    setsCmd ||= name === "CMD";
    // The image's own command belonged to the entrypoint before.
    if (name === "ENTRYPOINT" && !setsCmd) changed = { ...changed, Cmd: undefined };
  }
  return changed;
}

/** An instruction that can't be carried out. */
export class ChangeError extends UsageError {
  override name = "ChangeError";

  constructor(instruction: string, reason: string) {
    super(`Cannot use --change '${instruction}': ${reason}`, {
      hint: `Instructions are ${Object.keys(CHANGES).join(", ")}`,
    });
  }
}

type Change = (rest: string, config: ExecutionConfig, instruction: string) => Partial<ExecutionConfig>;

const CHANGES: Record<string, Change> = {
  CMD: (rest, config) => ({ Cmd: commandWords(rest, config) }),
  ENTRYPOINT: (rest, config) => ({ Entrypoint: commandWords(rest, config) }),
  ENV: (rest, config, instruction) => {
    const variables = assignments(rest, config, instruction);
    const names = new Set(variables.map(([name]) => name));
    const kept = (config.Env ?? []).filter((variable) => !names.has(variable.split("=", 1)[0]));
    return { Env: [...kept, ...variables.map(([name, value]) => `${name}=${value}`)] };
  },
  EXPOSE: (rest, config, instruction) => {
    const ports = words(rest, config, instruction).flatMap((text) => portRange(text, instruction));
    return {
      ExposedPorts: { ...config.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}])) },
    };
  },
  LABEL: (rest, config, instruction) => ({
    Labels: { ...config.Labels, ...Object.fromEntries(assignments(rest, config, instruction)) },
  }),
  STOPSIGNAL: (rest, config, instruction) => {
    const signal = oneWord(rest, config, instruction);
    parseSignal(signal);
    return { StopSignal: signal };
  },
  USER: (rest, config, instruction) => ({ User: oneWord(rest, config, instruction) }),
  VOLUME: (rest, config, instruction) => {
    const targets = jsonWords(rest) ?? words(rest, config, instruction);
    return { Volumes: { ...config.Volumes, ...Object.fromEntries(targets.map((target) => [target, {}])) } };
  },
  WORKDIR: (rest, config, instruction) => {
    const directory = oneWord(rest, config, instruction);
    return {
      WorkingDir: normalisePath(directory.startsWith("/") ? directory : `${config.WorkingDir}/${directory}`),
    };
  },
};

const REFUSED: Record<string, string> = {
  ONBUILD: "budgie builds no images that could obey it",
  HEALTHCHECK: "health checks can't be changed here",
};

/** What follows CMD and ENTRYPOINT: a JSON list, or a line for the image's shell. */
function commandWords(rest: string, { Shell }: ExecutionConfig): string[] {
  return jsonWords(rest) ?? [...(Shell?.length ? Shell : ["/bin/sh", "-c"]), rest];
}

function jsonWords(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((word) => typeof word === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}

/** `NAME=value NAME="two words"`, or the old `NAME all the rest`. */
function assignments(rest: string, config: ExecutionConfig, instruction: string): [string, string][] {
  const old = /^([^\s=]+)\s+(.*)$/s.exec(rest);
  if (old) return [[old[1], expand(old[2], config, instruction)]];
  return words(rest, config, instruction).map((word) => {
    const at = word.indexOf("=");
    if (at < 1) throw new ChangeError(instruction, `'${word}' is not NAME=value`);
    return [word.slice(0, at), word.slice(at + 1)];
  });
}

function oneWord(rest: string, config: ExecutionConfig, instruction: string): string {
  const [word, ...more] = words(rest, config, instruction);
  if (!word || more.length > 0) throw new ChangeError(instruction, "it takes one word");
  return word;
}

/** Words with '…', "…" and backslashes; variables count everywhere but in '…'. */
function words(text: string, config: ExecutionConfig, instruction: string): string[] {
  const part = /\s+|'([^']*)'|"((?:[^"\\]|\\[^])*)"|((?:[^\s'"\\]|\\[^])+)/y;
  const found: string[] = [];
  let word: string | undefined;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (!match) throw new ChangeError(instruction, "a quote is left open");
    const [, single, double, plain] = match;
    const quoted = double ?? plain;
    const content = single ?? (quoted === undefined ? undefined : expand(quoted, config, instruction));
    if (content !== undefined) word = (word ?? "") + content;
    else if (word !== undefined) {
      found.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) found.push(word);
  return found;
}

function expand(text: string, { Env = [] }: ExecutionConfig, instruction: string): string {
  const value = (name: string) =>
    Env.find((variable) => variable.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  return text.replace(/\\([^])|\$(\w+)|\$\{([^}]*)\}/g, (_, escaped, name, braced) => {
    if (escaped !== undefined) return escaped;
    const variable = name ?? braced;
    if (!/^\w+$/.test(variable)) {
      throw new ChangeError(instruction, `'\${${variable}}' is more than a variable's name`);
    }
    return value(variable);
  });
}

/** `80`, `53/udp`, `8000-8002/tcp`: one key for each port. */
function portRange(text: string, instruction: string): string[] {
  const [, first, last = first, protocol = "tcp"] =
    /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (!(from >= 1 && to >= from && to <= 65535)) {
    throw new ChangeError(instruction, `'${text}' is not a port`);
  }
  return Array.from({ length: to - from + 1 }, (_, i) => `${from + i}/${protocol.toLowerCase()}`);
}
