/** Variables that look like the program's, and that nothing reads: most likely misspelt. */
import { didYouMean } from "../base/did_you_mean.ts";
import { SETTINGS } from "./settings.ts";

/** Those that are no key of the file. */
const OTHERS = ["BUDGIE_CONFIG", "BUDGIE_SECRETS_PASSPHRASE"];

/** A sentence for each. */
export function unknownVariables(env: Readonly<Record<string, string>>): string[] {
  const known = [...OTHERS, ...SETTINGS.map(({ variable }) => variable)];
  const unknown = Object.keys(env).filter((name) => name.startsWith("BUDGIE_") && !known.includes(name));
  return unknown.sort().map((name) => {
    const guess = didYouMean(name.replace(/^BUDGIE_/, ""), known.map((name) => name.replace(/^BUDGIE_/, "")));
    return `the variable ${name} has no effect: there is no such setting${
      guess ? `; did you mean BUDGIE_${guess}?` : ""
    }`;
  });
}
