/** Tokens to a tree (text/template, "Actions" and "Pipelines"). */
import { TemplateError } from "./error.ts";
import { isFunction } from "./functions.ts";
import { type Token, tokenize } from "./lexer.ts";
import type { CommandNode, ListNode, Node, Operand, PipeNode } from "./node.ts";

/** @throws TemplateError with line and column */
export function parse(text: string): ListNode {
  const parser = new Parser(text, tokenize(text));
  return parser.parseAll();
}

class Parser {
  private at = 0;
  /** names in sight, innermost last; `$` is the data */
  private variables = ["$"];
  private rangeDepth = 0;

  constructor(private readonly text: string, private readonly tokens: Token[]) {}

  parseAll(): ListNode {
    const { list, end } = this.parseList();
    if (end) throw this.error(`unexpected {{${end}}}`);
    return list;
  }

  /** Up to the end of the text, or to `end` or `else`, whose word has then been read. */
  private parseList(): { list: ListNode; end?: "end" | "else" } {
    const nodes: Node[] = [];
    for (let token = this.next(); token; token = this.next()) {
      if (token.kind === "text") {
        nodes.push({ kind: "text", text: token.text });
        continue;
      }
      const word = this.peek();
      if (word?.kind === "word" && (word.name === "end" || word.name === "else")) {
        this.at++;
        return { list: { kind: "list", nodes }, end: word.name };
      }
      nodes.push(this.parseAction());
    }
    return { list: { kind: "list", nodes } };
  }

  private parseAction(): Node {
    const word = this.peek();
    if (word?.kind === "word") {
      switch (word.name) {
        case "if":
        case "with":
        case "range":
          this.at++;
          return this.parseControl(word.name);
        case "break":
        case "continue":
          this.at++;
          if (this.rangeDepth === 0) throw this.error(`{{${word.name}}} outside of {{range}}`);
          this.expect("close");
          return { kind: word.name };
        case "define":
        case "template":
        case "block":
          throw this.error(`{{${word.name}}} is not supported`);
      }
    }
    const pipe = this.parsePipe("close");
    this.expect("close");
    return { kind: "action", pipe };
  }

  private parseControl(kind: "if" | "with" | "range"): Node {
    const seen = this.variables.length;
    if (kind === "range") this.rangeDepth++;
    const pipe = this.parsePipe("close", kind === "range");
    this.expect("close");
    const { list: body, end } = this.parseList();
    if (kind === "range") this.rangeDepth--;
    let otherwise: ListNode | undefined;
    if (end === "else") otherwise = this.parseElse(kind);
    else if (end === "end") this.expect("close");
    else throw this.error(`{{${kind}}} has no {{end}}`);
    this.variables.length = seen;
    return { kind, pipe, body, otherwise };
  }

  // `{{else if …}}` and `{{else with …}}` share the {{end}} of the outer one.
  private parseElse(kind: "if" | "with" | "range"): ListNode {
    const word = this.peek();
    if (kind !== "range" && word?.kind === "word" && word.name === kind) {
      this.at++;
      return { kind: "list", nodes: [this.parseControl(kind)] };
    }
    this.expect("close");
    const { list, end } = this.parseList();
    if (end !== "end") throw this.error(`{{else}} has no {{end}}`);
    this.expect("close");
    return list;
  }

  private parsePipe(until: "close" | ")", inRange = false): PipeNode {
    const offset = this.offset();
    const { names, assigns } = this.parseDeclaration(inRange);
    const commands: CommandNode[] = [this.parseCommand()];
    while (this.peek()?.kind === "|") {
      this.at++;
      commands.push(this.parseCommand());
    }
    if (this.peek()?.kind !== until) throw this.error(`unexpected ${this.describe()}`);
    this.checkPipe(commands);
    for (const name of names) {
      if (!assigns) this.variables.push(name);
      else if (!this.variables.includes(name)) throw this.error(`undefined variable '${name}'`);
    }
    return { kind: "pipe", offset, variables: names, assigns, commands };
  }

  private parseDeclaration(inRange: boolean): { names: string[]; assigns: boolean } {
    const start = this.at;
    const names: string[] = [];
    for (;;) {
      const token = this.peek();
      if (token?.kind !== "variable") break;
      this.at++;
      names.push(token.name);
      const after = this.peek();
      if (after?.kind === ":=" || after?.kind === "=") {
        this.at++;
        return { names, assigns: after.kind === "=" };
      }
      if (!inRange || names.length === 2 || after?.kind !== ",") break;
      this.at++;
    }
    this.at = start;
    return { names: [], assigns: false };
  }

  private parseCommand(): CommandNode {
    const offset = this.offset();
    const words: Operand[] = [];
    for (;;) {
      const token = this.peek();
      if (!token || token.kind === "close" || token.kind === ")" || token.kind === "|") break;
      words.push(this.parseOperand());
    }
    if (words.length === 0) throw this.error("a value or a function is missing");
    return { offset, words };
  }

  private parseOperand(): Operand {
    const token = this.next()!;
    const offset = token.offset;
    switch (token.kind) {
      case "literal":
        return { kind: "literal", value: token.value, offset };
      case "dot":
        return { kind: "chain", base: "dot", fields: this.parseFields(), offset };
      case "field":
        return { kind: "chain", base: "dot", fields: [token.name, ...this.parseFields()], offset };
      case "variable":
        if (!this.variables.includes(token.name)) {
          throw this.error(`undefined variable '${token.name}'`, offset);
        }
        return { kind: "chain", base: { variable: token.name }, fields: this.parseFields(), offset };
      case "(": {
        const base = this.parsePipe(")");
        this.expect(")");
        return { kind: "chain", base, fields: this.parseFields(), offset };
      }
      case "word":
        if (token.name === "true" || token.name === "false") {
          return { kind: "literal", value: token.name === "true", offset };
        }
        if (token.name === "nil") return { kind: "nil", offset };
        if (!isFunction(token.name)) throw this.error(`function '${token.name}' is not defined`, offset);
        return { kind: "function", name: token.name, offset };
    }
    this.at--;
    throw this.error(`unexpected ${this.describe()}`);
  }

  /** The fields that follow without a space between: `.B.C` of `$a.B.C`. */
  private parseFields(): string[] {
    const fields: string[] = [];
    for (let token = this.peek(); token?.kind === "field" && !token.spaced; token = this.peek()) {
      fields.push(token.name);
      this.at++;
    }
    return fields;
  }

  // `1 2` and `"a" | "b"` call nothing.
  private checkPipe(commands: CommandNode[]): void {
    for (const [index, { words, offset }] of commands.entries()) {
      const [first] = words;
      if (first.kind === "nil" && words.length === 1) throw this.error("nil is not a command", offset);
      const callable = first.kind === "function" || (first.kind === "chain" && first.fields.length > 0);
      if (!callable && (words.length > 1 || index > 0)) {
        throw this.error("only a function can be given arguments", offset);
      }
    }
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private next(): Token | undefined {
    return this.tokens[this.at++];
  }

  private expect(kind: Token["kind"]): void {
    if (this.peek()?.kind !== kind) throw this.error(`unexpected ${this.describe()}`);
    this.at++;
  }

  private offset(): number {
    return this.peek()?.offset ?? this.text.length;
  }

  private describe(): string {
    const token = this.peek();
    if (!token) return "end of the template";
    if (token.kind === "close") return "'}}'";
    return "name" in token ? `'${token.name}'` : `'${token.kind}'`;
  }

  private error(reason: string, offset = this.offset()): TemplateError {
    return new TemplateError(reason, this.text, offset);
  }
}
