/** The keys of the configuration one by one, each with the variable that goes before the file. */
import type { Key, Type } from "../yaml/types/type.ts";
import { configSchema } from "./schema.ts";

/** One key that has a value of its own; sections have none. */
export interface Setting {
  /** dotted: `log.max_size` */
  name: string;
  path: string[];
  /** `BUDGIE_LOG_MAX_SIZE` */
  variable: string;
  key: Key<unknown>;
}

/** All of them, in the order of the schema. */
export const SETTINGS: readonly Setting[] = settingsIn(configSchema, []);

function settingsIn(section: Type<unknown>, above: string[]): Setting[] {
  return Object.entries(section.keys!).flatMap(([name, key]) => {
    const path = [...above, name];
    if (key.type.keys) return settingsIn(key.type, path);
    return [{ name: path.join("."), path, variable: variableOf(path), key }];
  });
}

/** The variable of a key: `["log", "max_size"]` is BUDGIE_LOG_MAX_SIZE. */
function variableOf(path: readonly string[]): string {
  return `BUDGIE_${path.join("_").toUpperCase()}`;
}
