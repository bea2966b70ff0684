/** Walks the tree over the data and writes the text (text/template, "Actions", "Pipelines", "Variables"). */
import { TemplateError } from "./error.ts";
import { FunctionError, FUNCTIONS } from "./functions.ts";
import type { CommandNode, ListNode, Node, Operand, PipeNode } from "./node.ts";
import { entriesOf, formatValue, isTrue, kindOf } from "./value.ts";

/** @throws TemplateError when the data do not have what the template asks for */
export function evaluate(text: string, tree: ListNode, data: unknown): string {
  const walk = new Walk(text, data);
  walk.list(tree, data);
  return walk.output;
}

/** What `break` and `continue` stop. */
type Flow = "on" | "break" | "continue";

class Walk {
  output = "";
  private readonly variables: { name: string; value: unknown }[];

  constructor(private readonly text: string, data: unknown) {
    this.variables = [{ name: "$", value: data }];
  }

  list({ nodes }: ListNode, dot: unknown): Flow {
    const seen = this.variables.length;
    for (const node of nodes) {
      const flow = this.node(node, dot);
      if (flow !== "on") {
        this.variables.length = seen;
        return flow;
      }
    }
    return "on";
  }

  private node(node: Node, dot: unknown): Flow {
    switch (node.kind) {
      case "text":
        this.output += node.text;
        return "on";
      case "action": {
        const value = this.pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) {
          this.output += value === undefined ? "<no value>" : formatValue(value);
        }
        return "on";
      }
      case "if":
      case "with": {
        const seen = this.variables.length;
        const value = this.pipe(node.pipe, dot);
        const inner = node.kind === "with" ? value : dot;
        const flow = isTrue(value)
          ? this.list(node.body, inner)
          : node.otherwise
          ? this.list(node.otherwise, dot)
          : "on";
        this.variables.length = seen;
        return flow;
      }
      case "range":
        return this.range(node, dot);
      default:
        return node.kind;
    }
  }

  private range({ pipe, body, otherwise }: Node & { kind: "range" }, dot: unknown): Flow {
    const seen = this.variables.length;
    const value = this.commands(pipe, dot);
    const entries = this.entries(value, pipe.offset);
    for (const [key, item] of entries) {
      this.variables.length = seen;
      // One name takes the element, two take index and element.
      const values = pipe.variables.length === 2 ? [key, item] : [item];
      for (const [index, name] of pipe.variables.entries()) this.set(name, values[index], pipe.assigns);
      if (this.list(body, item) === "break") break;
    }
    this.variables.length = seen;
    return entries.length === 0 && otherwise ? this.list(otherwise, dot) : "on";
  }

  private entries(value: unknown, offset: number): [unknown, unknown][] {
    switch (kindOf(value)) {
      case "nil":
        return [];
      case "list":
        return [...(value as unknown[]).entries()];
      case "map":
        return entriesOf(value as object);
      case "int":
        return Array.from({ length: Math.max(0, Number(value)) }, (_, index) => [index, index]);
      default:
        throw this.error(`range can't go over ${formatValue(value)}`, offset);
    }
  }

  private pipe(pipe: PipeNode, dot: unknown): unknown {
    const value = this.commands(pipe, dot);
    for (const name of pipe.variables) this.set(name, value, pipe.assigns);
    return value;
  }

  private commands(pipe: PipeNode, dot: unknown): unknown {
    let piped: unknown[] = [];
    for (const command of pipe.commands) piped = [this.command(command, dot, piped)];
    return piped[0];
  }

  private set(name: string, value: unknown, assigns: boolean): void {
    if (!assigns) this.variables.push({ name, value });
    else this.variables.findLast((variable) => variable.name === name)!.value = value;
  }

  /** `piped` is the result of the command before, or nothing: it becomes the last argument. */
  private command({ words, offset }: CommandNode, dot: unknown, piped: unknown[]): unknown {
    const [first, ...rest] = words;
    if (first.kind === "function") return this.call(first.name, rest, dot, piped, offset);
    if (first.kind !== "chain") return this.operand(first, dot);
    const args = [...rest.map((word) => this.operand(word, dot)), ...piped];
    return this.chain(first, dot, args);
  }

  private call(name: string, words: Operand[], dot: unknown, piped: unknown[], offset: number): unknown {
    // and, or: arguments after the deciding one are not evaluated.
    if (name === "and" || name === "or") {
      let value: unknown;
      for (const evaluated of this.lazily(words, dot, piped)) {
        value = evaluated;
        if (isTrue(value) === (name === "or")) return value;
      }
      return value;
    }
    const args = [...this.lazily(words, dot, piped)];
    try {
      return FUNCTIONS[name](...args);
    } catch (error) {
      if (error instanceof FunctionError) throw this.error(`${name}: ${error.message}`, offset);
      throw error;
    }
  }

  private *lazily(words: Operand[], dot: unknown, piped: unknown[]): Generator<unknown> {
    for (const word of words) yield this.operand(word, dot);
    yield* piped;
  }

  private operand(operand: Operand, dot: unknown): unknown {
    switch (operand.kind) {
      case "literal":
        return operand.value;
      case "nil":
        return null;
      case "function":
        return this.call(operand.name, [], dot, [], operand.offset);
      case "chain":
        return this.chain(operand, dot, []);
    }
  }

  private chain(chain: Operand & { kind: "chain" }, dot: unknown, args: unknown[]): unknown {
    const { base, fields, offset } = chain;
    let value: unknown;
    if (base === "dot") value = dot;
    else if ("variable" in base) value = this.variables.findLast(({ name }) => name === base.variable)!.value;
    else value = this.pipe(base, dot);
    for (const [index, name] of fields.entries()) {
      value = this.field(value, name, index === fields.length - 1 ? args : [], offset);
    }
    return value;
  }

  private field(holder: unknown, name: string, args: unknown[], offset: number): unknown {
    const kind = kindOf(holder);
    if (kind !== "map" && kind !== "struct") {
      throw this.error(`no field .${name} in ${kind === "nil" ? "nothing" : `a ${kind}`}`, offset);
    }
    if (kind === "struct" && !Object.hasOwn(holder as object, name)) {
      throw this.error(`there is no field .${name}`, offset);
    }
    const value = (holder as Record<string, unknown>)[name];
    if (typeof value === "function") return value.apply(holder, args);
    if (args.length > 0) throw this.error(`.${name} is not a function: it takes no arguments`, offset);
    return value;
  }

  private error(reason: string, offset: number): TemplateError {
    return new TemplateError(reason, this.text, offset);
  }
}
