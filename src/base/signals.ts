/** Signals by name and number, as kill(1) and docker take them. */
import { UsageError } from "./errors.ts";

/** asm-generic/signal.h: the same on x86_64 and aarch64. */
const NUMBERS: Record<string, number> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  IOT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  POLL: 29,
  PWR: 30,
  SYS: 31,
};
/** Those with a name of their own, without `SIG`. */
export const SIGNAL_NAMES: readonly string[] = Object.keys(NUMBERS);

/** As glibc counts them: the kernel's first two belong to its threads. */
const RTMIN = 34;
const RTMAX = 64;

/**
 * The number of `KILL`, `SIGKILL`, `sigkill`, `9`, `RTMIN+3` or `RTMAX-1`.
 * @throws UsageError, with the names there are
 */
export function parseSignal(text: string): number {
  const name = text.toUpperCase().replace(/^SIG/, "");
  const number = NUMBERS[name] ?? realTime(name) ?? (/^\d+$/.test(text) ? Number(text) : NaN);
  if (number >= 1 && number <= RTMAX) return number;
  throw new UsageError(`Cannot use signal '${text}': there is no such signal`, {
    hint: `One of ${SIGNAL_NAMES.join(", ")}, RTMIN+n, or a number from 1 to ${RTMAX}`,
  });
}

function realTime(name: string): number | undefined {
  const match = /^RT(?:MIN(?:\+(\d+))?|MAX(?:-(\d+))?)$/.exec(name);
  if (!match) return undefined;
  const number = name.startsWith("RTMIN") ? RTMIN + Number(match[1] ?? 0) : RTMAX - Number(match[2] ?? 0);
  return number >= RTMIN && number <= RTMAX ? number : undefined;
}
