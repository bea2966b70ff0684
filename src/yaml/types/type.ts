/** What every kind of value can do: be read, be described, be written as JSON Schema. */
import { type Literal, quote, quoteUnlessPlain, type TreeNode } from "../tree.ts";
import type { Problems } from "../problem.ts";

/** A schema, or a part of one, as plain JSON. */
export type JsonSchema = Record<string, unknown>;

/** One kind of value. `T` is what is left of it after reading: units normalised, short forms expanded. */
export interface Type<T> {
  /** what may be written, for "expected …" and for the reference: "a whole number from 1 to 65535" */
  readonly words: string;
  readonly json: JsonSchema;
  /** of a number that is written without a unit */
  readonly unit?: string;
  /** The value, or undefined after reporting to `place` why there is none. */
  read(node: TreeNode, place: Place): T | undefined;
  /** the types this one is made of, and what to add to the path of a key to name them: `[]` for items */
  readonly parts?: readonly { suffix: string; type: Type<unknown> }[];
  /** of maps with fixed keys */
  // deno-lint-ignore no-explicit-any -- a Key<T> takes a T in notYet, so no Key<unknown> covers it
  readonly keys?: Readonly<Record<string, Key<any>>>;
  /** of maps with fixed keys: what holds between them */
  readonly rules?: readonly string[];
}

/** What a type reads to. */
export type ValueOf<T> = T extends Type<infer Value> ? Value : never;

/** A key of a map: its type, and all there is to say about it. */
export interface Key<T, Presence extends string = string> extends KeyText<T> {
  readonly type: Type<T>;
  readonly presence: Presence;
  /** as it would be written in YAML; only with presence "default" */
  readonly defaultValue?: Literal;
}

/** What a reader of the reference learns of a key. */
export interface KeyText<T> {
  /** Markdown: what it is for */
  readonly about: string;
  /** a value as it is written in YAML; a test reads it */
  readonly example: string;
  /** what happens without it, where the default value does not say it */
  readonly otherwise?: string;
  /** the feature comes with a later release */
  readonly notYet?: {
    /** whether this value needs it */
    readonly asks: (value: T) => boolean;
    /** Markdown: values that do not */
    readonly except?: string;
  };
}

/** What reading needs to know of the surroundings. */
export interface ReadContext {
  problems: Problems;
  /** what the map at the top is: "the file", or "the document" where there are several */
  whole: string;
  /** folder of the file, absolute: host paths are relative to it */
  directory: string;
  /** variables of the host */
  env: Readonly<Record<string, string>>;
}

/** Where in the file a value is, as `ports[0].host_port`. */
export class Place {
  constructor(readonly context: ReadContext, readonly path: string) {}

  /** The place of a key's value, or of a list's item. */
  at(step: string | number): Place {
    if (typeof step === "number") return new Place(this.context, `${this.path}[${step}]`);
    const key = quoteUnlessPlain(step);
    return new Place(this.context, this.path === "" ? key : `${this.path}.${key}`);
  }

  /** Reports what was written, and what was expected instead. */
  refuse(node: TreeNode, expected: string): undefined {
    this.report(node, `${describe(node)}; expected ${expected}`);
  }

  /** Reports a value that is good in itself but may not stand there: `what` is a whole sentence. */
  forbid(node: TreeNode, what: string): undefined {
    this.report(node, `${describe(node)}; ${what}`);
  }

  /** Like `refuse`, for a text that may be a secret and is not repeated. */
  refuseSecret(node: TreeNode, expected: string): undefined {
    this.report(node, `cannot be read; expected ${expected}`);
  }

  /** Reports anything else; `message` goes on from the name of the place. */
  report(node: TreeNode, message: string): undefined {
    if (node.kind === "broken") return; // already reported
    this.context.problems.add(node, `${this.path || this.context.whole} ${message}`);
  }
}

function describe(node: TreeNode): string {
  switch (node.kind) {
    case "scalar":
      // What a variable holds may be a secret: the text is shown as it stands in the file.
      return node.written.includes("${")
        ? `is ${quote(node.written)} with its variables in place`
        : `is ${quote(node.written)}`;
    case "null":
      return "has no value";
    default:
      return `is a ${node.kind}`;
  }
}
