/** When the container starts, stops and starts again. */
import { parseSignal } from "../../base/signals.ts";
import { byKind, list, mapOf, transform } from "../../yaml/types/collection.ts";
import { object, optional, withDefault } from "../../yaml/types/object.ts";
import { boolean, choice, integer, Refusal, refuseWithGuess, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";
import { name } from "./words.ts";

const POLICIES = ["no", "always", "on-failure", "unless-stopped"] as const;

/** What happens when the program has ended; `maximumRetryCount` 0: no bound. */
export interface RestartPolicy {
  name: typeof POLICIES[number];
  maximumRetryCount: number;
}

const policyMap = object({
  name: withDefault(choice(...POLICIES), "no", {
    about:
      "`no`; `always`; `on-failure`: when the exit code is not 0; `unless-stopped`: always, but not after a " +
      "stop by hand.",
    example: "on-failure",
  }),
  maximum_retry_count: withDefault(integer({ min: 0, max: 1_000_000 }), 0, {
    about: "How often `on-failure` tries; 0 for no bound.",
    example: "5",
  }),
}, {
  rules: [{
    about: "maximum_retry_count is for on-failure only",
    broken: ({ name = "on-failure" }, written) =>
      written.has("maximum_retry_count") && name !== "on-failure" ? "maximum_retry_count" : undefined,
  }],
  elsewhere: { policy: "name", condition: "name", max_attempts: "maximum_retry_count" },
});

const POLICY_WORDS = `one of ${POLICIES.join(", ")}, or on-failure:N`;

/** `always`, `on-failure:5`, or a map. */
export const restartPolicy: Type<RestartPolicy> = byKind<RestartPolicy>({
  scalar: word({
    words: POLICY_WORDS,
    json: { type: "string", pattern: `^(${POLICIES.join("|")}|on-failure:[0-9]+)$` },
    parse(text) {
      const [name, count, ...more] = text.split(":");
      const known = POLICIES.find((policy) => policy === name);
      if (!known) return refuseWithGuess(name, POLICIES, POLICY_WORDS);
      if (more.length > 0 || !/^\d{1,6}$/.test(count ?? "0")) return undefined;
      if (count !== undefined && known !== "on-failure") {
        throw new Refusal("a number of retries with on-failure only");
      }
      return { name: known, maximumRetryCount: Number(count ?? 0) };
    },
  }),
  map: transform(
    policyMap,
    ({ name, maximum_retry_count }) => ({ name, maximumRetryCount: maximum_retry_count }),
  ),
});

/** As written: the runtime takes names and numbers. */
export const signal: Type<string> = word({
  words: "a signal, such as TERM, SIGTERM, 15, RTMIN+3",
  json: { anyOf: [{ type: "integer", minimum: 1, maximum: 64 }, { type: "string", minLength: 1 }] },
  parse(text) {
    parseSignal(text);
    return text;
  },
});

/** Another container that is started first. */
export interface Dependency {
  name: string;
  condition: "started" | "healthy" | "completed";
  restart: boolean;
}

const dependency = object({
  condition: withDefault(choice("started", "healthy", "completed"), "started", {
    about: "How far it has to be: started, healthy by its `healthcheck`, or ended with exit code 0.",
    example: "healthy",
  }),
  restart: withDefault(boolean, false, {
    about: "Restart this container when the other one was restarted.",
    example: "true",
  }),
});

/** A list of names, or a map of names to conditions. */
export const dependencies: Type<Dependency[]> = byKind<Dependency[]>({
  list: transform(
    list(name, { of: "names", identity: (name) => name }),
    (names) => names.map((name) => ({ name, condition: "started", restart: false })),
  ),
  map: transform(
    mapOf("names to conditions", name, dependency),
    (map) => Object.entries(map).map(([name, rest]) => ({ name, ...rest })),
  ),
});

const count = integer({ min: 1, max: 1000 });

/** How many containers a document stands for. */
export const scale = count;

/** `min` is 1 where it is left out, `max` the same as `min`. */
export const replicas = transform(
  object({
    min: optional(count, { about: "At least so many.", example: "2", otherwise: "1" }),
    max: optional(count, { about: "At most so many.", example: "4", otherwise: "the same as `min`" }),
  }, {
    rules: [{
      about: "min may not be above max",
      broken: ({ min = 1, max = min }) => min > max ? "min" : undefined,
    }],
  }),
  ({ min = 1, max = min }) => ({ min, max }),
);
