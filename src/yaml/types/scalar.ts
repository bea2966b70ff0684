/** Values that are one word or one number. */
import { didYouMean } from "../../base/did_you_mean.ts";
import { parseDuration } from "../../base/duration.ts";
import { BudgieError } from "../../base/errors.ts";
import { parseSize } from "../../base/units.ts";
import type { JsonSchema, Place, Type } from "./type.ts";

/** Why a text will not do: words for the person that do not repeat the text, which may hold a secret. */
export class Refusal extends Error {
  override name = "Refusal";
}

/** In the JSON Schema any text with `${…}` will do: an editor does not know the variables. */
const SUBSTITUTION: JsonSchema = { $ref: "#/$defs/substitution" };

/**
 * A word that is parsed. Numbers and booleans come as they are written, `1.10` as "1.10".
 *
 * @param options.parse undefined for "not what `words` says"; throws a Refusal to say more
 * @param options.json what it looks like as JSON; a number and text, if left out
 */
export function word<T>(options: {
  words: string;
  json?: JsonSchema;
  unit?: string;
  /** the text may be a secret: messages do not repeat it */
  secret?: boolean;
  parse: (text: string, place: Place) => T | undefined;
}): Type<T> {
  return {
    words: options.words,
    unit: options.unit,
    json: options.json ? { anyOf: [options.json, SUBSTITUTION] } : { type: ["string", "number", "boolean"] },
    read(node, place) {
      if (node.kind !== "scalar") return place.refuse(node, options.words);
      let expected = options.words;
      try {
        const value = options.parse(node.text, place);
        if (value !== undefined) return value;
      } catch (error) {
        // What the parsers of base/ and oci/ say (a BudgieError) repeats the text: not for us.
        if (error instanceof Refusal) expected = error.message;
        else if (!(error instanceof BudgieError)) throw error;
      }
      return options.secret ? place.refuseSecret(node, expected) : place.refuse(node, expected);
    },
  };
}

/** Any text, or text of a form. No NUL: neither the kernel nor a program could take it. */
export function text(words = "a text", pattern?: RegExp): Type<string> {
  return word({
    words,
    json: pattern && { type: ["string", "number"], pattern: pattern.source },
    parse: (text) => !text.includes("\0") && (pattern ? pattern.test(text) : true) ? text : undefined,
  });
}

/** One of some words, with a guess for the others. */
export function choice<const T extends string>(...words: T[]): Type<T> {
  return word({
    words: words.length > 1 ? `one of ${words.join(", ")}` : words[0],
    json: { enum: words },
    parse(text) {
      const found = words.find((word) => word === text);
      if (found) return found;
      refuseWithGuess(text, words);
    },
  });
}

/**
 * For words that are none of the known ones.
 * @throws Refusal with the nearest, where there is one
 */
export function refuseWithGuess(text: string, known: readonly string[], kind?: string): undefined {
  const guess = didYouMean(text, known);
  if (guess) throw new Refusal(`${kind ?? `one of ${known.join(", ")}`}; did you mean '${guess}'?`);
}

/** `true` or `false`; `yes` and `on` are texts in YAML 1.2. */
export const boolean: Type<boolean> = word({
  words: "true or false",
  json: { type: "boolean" },
  parse: (text) =>
    /^(true|True|TRUE)$/.test(text) || (/^(false|False|FALSE)$/.test(text) ? false : undefined),
});

/** A number in a range, both ends included; `also` is one more number with a meaning of its own, as -1. */
export interface Range {
  min: number;
  max?: number;
  also?: number;
  /** what `also` means: "without limit" */
  alsoMeans?: string;
}

/** A whole number in a range. */
export function integer(range: Range, unit?: string): Type<number> {
  return number("a whole number", range, { unit, json: "integer" });
}

/** A number in a range, maybe with a fraction. */
export function decimal(range: Range, unit?: string): Type<number> {
  return number("a number", range, { unit, json: "number" });
}

function number(kind: string, range: Range, options: { unit?: string; json: string }): Type<number> {
  const { min, max, also } = range;
  const inRange: JsonSchema = {
    type: options.json,
    minimum: min,
    ...(max !== undefined && { maximum: max }),
  };
  const json = also === undefined ? inRange : { anyOf: [{ const: also }, inRange] };
  return word({
    words: `${kind} ${describeRange(range, String)}`,
    unit: options.unit,
    json: { anyOf: [json, { type: "string", pattern: "^-?[0-9.]+$" }] },
    parse(text) {
      const value = text.trim() === "" ? NaN : Number(text);
      const whole = options.json === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
      return whole && isIn(range, value) ? value : undefined;
    },
  });
}

/** Bytes, written as a number or as `512m`. */
export function size(range: Range): Type<number> {
  const inWords = (bytes: number) =>
    bytes > 0 && bytes % 1024 ** 2 === 0 ? `${bytes / 1024 ** 2}m` : String(bytes);
  return word({
    words: `bytes, or a size such as 64k, 512m, 1.5g, ${describeRange(range, inWords)}`,
    unit: "bytes",
    json: {
      anyOf: [{ type: "integer" }, {
        type: "string",
        pattern: "^(-1|[0-9]+(\\.[0-9]+)?\\s*[bkmgtBKMGT]?[iI]?[bB]?)$",
      }],
    },
    parse(text) {
      const bytes = range.also !== undefined && text === String(range.also) ? range.also : parseSize(text);
      return isIn(range, bytes) ? bytes : undefined;
    },
  });
}

/** Milliseconds, written as seconds or as `1m30s`. */
export const duration: Type<number> = word({
  words: "seconds, or a duration such as 500ms, 30s, 1m30s",
  unit: "seconds",
  json: {
    anyOf: [
      { type: "number", minimum: 0 },
      { type: "string", pattern: "^([0-9]*\\.?[0-9]*(ns|us|µs|μs|ms|s|m|h)?)+$" },
    ],
  },
  parse(text) {
    const milliseconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
    return milliseconds >= 0 && milliseconds <= Number.MAX_SAFE_INTEGER ? milliseconds : undefined;
  },
});

function isIn({ min, max = Infinity, also }: Range, value: number): boolean {
  return value === also || (value >= min && value <= max);
}

function describeRange({ min, max, also, alsoMeans }: Range, inWords: (value: number) => string): string {
  const range = max === undefined ? `from ${inWords(min)}` : `from ${inWords(min)} to ${inWords(max)}`;
  return also === undefined ? range : `${range}, or ${also} for ${alsoMeans}`;
}
