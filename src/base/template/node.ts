/** The tree of a template. `offset` is where a node begins, for messages. */

/** Nodes that are executed one after the other. */
export interface ListNode {
  kind: "list";
  nodes: Node[];
}

/** A part of a parsed template. */
export type Node =
  | { kind: "text"; text: string }
  | { kind: "action"; pipe: PipeNode }
  | { kind: "if" | "with"; pipe: PipeNode; body: ListNode; otherwise?: ListNode }
  | { kind: "range"; pipe: PipeNode; body: ListNode; otherwise?: ListNode }
  | { kind: "break" | "continue" };

/** `$a, $b := first args | second args`: the result of each command is the last argument of the next. */
export interface PipeNode {
  kind: "pipe";
  offset: number;
  /** with the `$` */
  variables: string[];
  /** `=` instead of `:=` */
  assigns: boolean;
  commands: CommandNode[];
}

/** A function or method and its arguments, or one value alone. */
export interface CommandNode {
  offset: number;
  words: Operand[];
}

/** What stands for a value. */
export type Operand =
  | { kind: "literal"; value: string | number | boolean; offset: number }
  | { kind: "nil"; offset: number }
  | { kind: "function"; name: string; offset: number }
  /** `.A.B` on the dot, on a variable or on a parenthesised pipeline; no fields: the base itself */
  | { kind: "chain"; base: "dot" | { variable: string } | PipeNode; fields: string[]; offset: number };
