/** Writing config.json, and the process.json of an exec, as text. */
import { UNLIMITED } from "../../oci/rlimits.ts";
import type { RuntimeSpec, SpecProcess } from "../../oci/runtime_spec.ts";

/** RLIM_INFINITY: "no limit" in config.json, and more than a double holds exactly. */
const RLIM_INFINITY = "18446744073709551615";
const DOUBLE_ABOVE = 2 ** 64;

/** JSON of a spec; a limit of -1, or one that was read back from such JSON, is written as no limit. */
export function formatSpec(spec: RuntimeSpec | SpecProcess): string {
  const { rlimits } = "process" in spec ? spec.process : spec;
  if (!rlimits?.length) return JSON.stringify(spec);
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(spec, (key, value) => {
    const unlimited = (key === "soft" || key === "hard") && (value === UNLIMITED || value === DOUBLE_ABOVE);
    return unlimited ? rawJSON(RLIM_INFINITY) : value;
  });
}
