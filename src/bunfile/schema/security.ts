/** What the container's processes may do. */
import { CAPABILITIES, capabilityName } from "../../../oci/capabilities.ts";
import { isHigherLimit, RLIMITS, UNLIMITED } from "../../../oci/rlimits.ts";
import { resolveHostPath } from "../../base/host_path.ts";
import { byKind, list, mapOf, transform } from "../../yaml/types/collection.ts";
import { object, required } from "../../yaml/types/object.ts";
import { integer, refuseWithGuess, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";

/** `CAP_NET_ADMIN` or `ALL`, from any spelling of it. */
export const capabilities: Type<string[]> = list(
  word({
    words: "a Linux capability, such as NET_ADMIN, or ALL",
    json: { type: "string", pattern: "^([cC][aA][pP]_)?[a-zA-Z_]+$" },
    parse(text) {
      return capabilityName(text) ??
        refuseWithGuess(text.toUpperCase().replace(/^CAP_/, ""), CAPABILITIES, "a Linux capability");
    },
  }),
  { of: "Linux capabilities", identity: (capability) => capability },
);

/** As docker's `--security-opt`, with `=` and absolute paths. */
export const securityOptions: Type<string[]> = list(
  word({
    words:
      "no-new-privileges, seccomp=unconfined or =FILE, apparmor=PROFILE, label=…, systempaths=unconfined",
    json: { type: "string", pattern: "^(no-new-privileges|seccomp|apparmor|label|systempaths)\\b" },
    parse(text, { context }) {
      const [, name, value] = /^([a-z-]+)(?:[=:](.+))?$/.exec(text) ?? [];
      if (name === "no-new-privileges") {
        if (value === "false") return "no-new-privileges=false";
        return value === undefined || value === "true" ? name : undefined;
      }
      if (value === undefined) return undefined;
      if (name === "seccomp" && value !== "unconfined") {
        return `seccomp=${resolveHostPath(value, context)}`;
      }
      if (name === "systempaths" && value !== "unconfined") return undefined;
      return ["seccomp", "apparmor", "label", "systempaths"].includes(name) ? `${name}=${value}` : undefined;
    },
  }),
  { of: "options" },
);

/** A limit of setrlimit(2); -1: none. */
export interface Ulimit {
  name: string;
  soft: number;
  hard: number;
}

const ulimit = integer({ min: 0, also: UNLIMITED, alsoMeans: "no limit" });

const ulimitPair = object({
  soft: required(ulimit, { about: "What holds; a process may raise it up to `hard`.", example: "1024" }),
  hard: required(ulimit, { about: "What only a privileged process may raise.", example: "4096" }),
}, {
  rules: [{
    about: "soft may not be above hard",
    broken: ({ soft, hard }) =>
      soft !== undefined && hard !== undefined && isHigherLimit(soft, hard) ? "soft" : undefined,
  }],
});

const ulimitName: Type<string> = word({
  words: `one of ${RLIMITS.join(", ")}`,
  parse(text) {
    if (RLIMITS.includes(text)) return text;
    refuseWithGuess(text, RLIMITS);
  },
});

/** `nofile: 1024` for both, or `nofile: { soft: 1024, hard: 4096 }`. */
export const ulimits: Type<Ulimit[]> = transform(
  mapOf(
    "limits to numbers",
    ulimitName,
    byKind({ scalar: transform(ulimit, (both) => ({ soft: both, hard: both })), map: ulimitPair }),
  ),
  (limits) => Object.entries(limits).map(([name, { soft, hard }]) => ({ name, soft, hard })),
);
