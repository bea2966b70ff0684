/** Limits of a process by name (getrlimit(2)), as config.json and docker's `--ulimit` have them. */

/** Lower case and without `RLIMIT_`. */
export const RLIMITS: readonly string[] =
  "as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack"
    .split(" ");

/** No limit, until config.json is written: JavaScript has no exact number for RLIM_INFINITY. */
export const UNLIMITED = -1;

/** Whether the limit `a` lets more pass than `b`. */
export function isHigherLimit(a: number, b: number): boolean {
  return b !== UNLIMITED && (a === UNLIMITED || a > b);
}
