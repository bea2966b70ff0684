/** Facts of the world that can meet any step: a full disk is no bug of budgie's, wherever it shows. */
import { BudgieError } from "../base/errors.ts";

/** errno(3) names, with what to do about each. */
const FACTS: Record<string, { reason: string; hint: string }> = {
  ENOSPC: {
    reason: "no space is left on the disk",
    hint: "'budgie rmi' and 'budgie rm' make room; BUDGIE_DATA_DIR may point to a larger disk",
  },
  EDQUOT: { reason: "the disk quota is used up", hint: "Free some space, or raise the quota" },
  EROFS: {
    reason: "the file system is read-only",
    hint: "Point BUDGIE_DATA_DIR to a folder that can be written",
  },
  EIO: { reason: "the disk reported an input/output error", hint: "'dmesg' may say more" },
  ENOMEM: { reason: "the host has no memory left", hint: "'free -m' shows who has it" },
  EMFILE: { reason: "too many files are open in this process", hint: "Raise the limit: ulimit -n 4096" },
  ENFILE: { reason: "too many files are open on this host", hint: "Raise fs.file-max" },
};

/** The error in plain words where it, or what caused it, is such a fact; any other error as it is. */
export function inPlainWords(error: unknown): unknown {
  if (error instanceof BudgieError) return error;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const fact = "code" in cause ? FACTS[String(cause.code)] : undefined;
    if (fact) {
      return new BudgieError(`Cannot go on: ${fact.reason} (${cause.message})`, {
        hint: fact.hint,
        cause: error,
      });
    }
  }
  return error;
}
