/** Settings that have one value today: other programs know more, and people look for the key. */
import { UsageError } from "./errors.ts";

export interface SoleChoice {
  word: string;
  /** goes on behind a semicolon: why there is no other, and what to do */
  why: string;
}

export const CGROUP_MANAGER: SoleChoice = {
  word: "cgroupfs",
  why: "the OCI runtime makes the cgroups itself, below /budgie, and no scope of systemd's is asked for; " +
    "beside systemd that works as it is, so leave the key out",
};

export const SECRETS_BACKEND: SoleChoice = {
  word: "file",
  why: "values are encrypted, each in a file of the data directory, and kept nowhere else; leave the key out",
};

/** @throws UsageError for a variable that asks for something else */
export function checkSoleChoice(
  variable: string,
  { word, why }: SoleChoice,
  env: { get(name: string): string | undefined },
): void {
  const text = env.get(variable) || word;
  if (text !== word) throw new UsageError(`Cannot use ${variable}='${text}': it is ${word}; ${why}`);
}
