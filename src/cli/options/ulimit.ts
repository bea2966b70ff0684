/** `--ulimit nofile=1024:4096`. */
import { isHigherLimit, RLIMITS, UNLIMITED } from "../../../oci/rlimits.ts";
import { UsageError } from "../../base/errors.ts";
import type { UlimitOption } from "../../store/container.ts";

/** One number is both limits; -1 or `unlimited` is no limit. @throws UsageError */
export function parseUlimit(text: string): UlimitOption {
  const match = /^([a-z]+)=(-1|unlimited|\d+)(?::(-1|unlimited|\d+))?$/.exec(text);
  if (!match) throw invalid(text, "it is not name=soft[:hard]");
  const [, name, softText, hardText] = match;
  if (!RLIMITS.includes(name)) throw invalid(text, `there is no limit '${name}', only ${RLIMITS.join(", ")}`);
  const soft = limit(softText);
  const hard = hardText === undefined ? soft : limit(hardText);
  if (isHigherLimit(soft, hard)) throw invalid(text, "the soft limit is above the hard one");
  return { name, soft, hard };
}

function limit(text: string): number {
  return text === "unlimited" ? UNLIMITED : Number(text);
}

function invalid(text: string, reason: string): UsageError {
  return new UsageError(`Cannot use --ulimit '${text}': ${reason}`, {
    hint: "Write --ulimit nofile=1024:4096",
  });
}
