/** `--ulimit nofile=1024:4096`. */
import { UsageError } from "../../base/errors.ts";
import type { UlimitOption } from "../../store/container.ts";

/** getrlimit(2), lower case without RLIMIT_. */
const NAMES = [
  "as",
  "core",
  "cpu",
  "data",
  "fsize",
  "locks",
  "memlock",
  "msgqueue",
  "nice",
  "nofile",
  "nproc",
  "rss",
  "rtprio",
  "rttime",
  "sigpending",
  "stack",
];

/** One number is both limits; -1 or `unlimited` is no limit. @throws UsageError */
export function parseUlimit(text: string): UlimitOption {
  const match = /^([a-z]+)=(-1|unlimited|\d+)(?::(-1|unlimited|\d+))?$/.exec(text);
  if (!match) throw invalid(text, "it is not name=soft[:hard]");
  const [, name, softText, hardText] = match;
  if (!NAMES.includes(name)) throw invalid(text, `there is no limit '${name}', only ${NAMES.join(", ")}`);
  const soft = limit(softText);
  const hard = hardText === undefined ? soft : limit(hardText);
  if (hard !== -1 && (soft === -1 || soft > hard)) {
    throw invalid(text, "the soft limit is above the hard one");
  }
  return { name, soft, hard };
}

function limit(text: string): number {
  return text === "unlimited" ? -1 : Number(text);
}

function invalid(text: string, reason: string): UsageError {
  return new UsageError(`Cannot use --ulimit '${text}': ${reason}`, {
    hint: "Write --ulimit nofile=1024:4096",
  });
}
