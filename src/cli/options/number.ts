/** Numbers in flags, each with the range it must be in. */
import { UsageError } from "../../base/errors.ts";
import { parseSize } from "../../base/units.ts";

/** A whole number from `from` to `to`. The flag's name is for the message. */
export function wholeNumber(flag: string, from: number, to = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (value >= from && value <= to) return value;
    const range = to === Number.MAX_SAFE_INTEGER ? `${from} or more` : `from ${from} to ${to}`;
    throw new UsageError(`Cannot use ${flag} '${text}': it is a whole number, ${range}`);
  };
}

/** A size in bytes, as 512m; `-1` (no limit) only where `unlimited` says so. */
export function sizeValue(flag: string, options: { unlimited?: boolean } = {}) {
  return (text: string): number => {
    if (options.unlimited && text.trim() === "-1") return -1;
    try {
      return parseSize(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`Cannot use ${flag} '${text}': it is not a size`, { hint: error.hint });
    }
  };
}

/** CPUs' worth of time in billionths: `1.5` is 1,500,000,000; 0 is no limit, as docker has it. */
export function parseCpus(text: string): number {
  const value = /^(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Math.round(Number(text) * 1e9) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new UsageError(`Cannot use --cpus '${text}': it is a number, 0 or more`, {
    hint: "Write --cpus 1.5",
  });
}

/** `0-3,6`: the syntax of cpuset.cpus and cpuset.mems. */
export function cpuList(flag: string) {
  return (text: string): string => {
    if (/^(\d+(-\d+)?(,\d+(-\d+)?)*)?$/.test(text)) return text;
    throw new UsageError(`Cannot use ${flag} '${text}': it is a list of numbers`, {
      hint: `Write ${flag} 0-2,4`,
    });
  };
}
