/** Settings that are good, and that nothing honours before a later release: none of them is passed over in silence. */
import { BudgieError } from "../base/errors.ts";
import { checkedText, type EffectiveValue } from "./effective.ts";
import { SETTINGS } from "./settings.ts";

/** A sentence, where the value asks for what is not there yet. */
export function notYetWarning({ setting, value }: Omit<EffectiveValue, "origin">): string | undefined {
  if (!setting.key.notYet?.asks(value)) return undefined;
  return `${setting.name} has no effect yet: what it is for comes with a later release`;
}

/** A sentence for each that is not a default. */
export function notYetWarnings(values: readonly EffectiveValue[]): string[] {
  return values.filter(({ origin }) => origin !== "default").flatMap((value) => {
    const warning = notYetWarning(value);
    return warning === undefined ? [] : [`${warning} (${value.origin})`];
  });
}

/** The same of a process's variables, in which it has the file's settings too: see apply.ts. Never throws. */
export function notYetVariables(env: Readonly<Record<string, string>>): string[] {
  return SETTINGS.filter(({ key, variable }) => key.notYet && env[variable]).flatMap((setting) => {
    const { variable } = setting;
    try {
      return notYetWarning({ setting, value: checkedText(setting, env[variable], variable).plain }) ?? [];
    } catch (error) {
      if (error instanceof BudgieError) return [error.message];
      throw error;
    }
  });
}
