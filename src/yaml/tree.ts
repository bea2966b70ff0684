/** What was written in a file, freed from YAML: three kinds of nodes that know where they stand. */

/** Both count from 1; columns are UTF-16 code units, as editors count. */
export interface Position {
  line: number;
  column: number;
}

interface NodeBase extends Position {
  /** as it stands in the file, before `${VAR}` is substituted; for messages, so that no secret gets there */
  written: string;
}

/** Text, number or boolean: `text` is what was written without quotes, so that `1.10` stays `1.10`. */
export interface ScalarNode extends NodeBase {
  kind: "scalar";
  text: string;
}

/** Nothing after the colon, `~` or `null`. */
export interface NullNode extends NodeBase {
  kind: "null";
}

/** Could not be read; the problem is already reported. */
export interface BrokenNode extends NodeBase {
  kind: "broken";
}

/** Items in the order of the file. */
export interface ListNode extends NodeBase {
  kind: "list";
  items: readonly TreeNode[];
}

/** A key and its value; no two of a map have the same key. */
export interface MapEntry {
  key: string;
  keyPosition: Position;
  value: TreeNode;
}

/** Keys are unique, merge keys (`<<`) are merged. */
export interface MapNode extends NodeBase {
  kind: "map";
  entries: readonly MapEntry[];
}

/** A value of the file. */
export type TreeNode = ScalarNode | NullNode | BrokenNode | ListNode | MapNode;

/** A default value as it would be written in the file. */
export type Literal = string | number | boolean | readonly string[] | Readonly<Record<string, never>>;

/** The node of a default, so that defaults go through the same checks as what a person writes. */
export function literalNode(literal: Literal, position: Position): TreeNode {
  const { line, column } = position;
  if (Array.isArray(literal)) {
    const items = literal.map((item) => literalNode(item, position));
    return { kind: "list", items, written: literalText(literal) ?? "[]", line, column };
  }
  if (typeof literal === "object") return { kind: "map", entries: [], written: "{}", line, column };
  return { kind: "scalar", text: String(literal), written: String(literal), line, column };
}

/** A default as a person would write it; undefined for a list or a map with nothing in it. */
export function literalText(literal: Literal): string | undefined {
  if (typeof literal !== "object") return String(literal);
  return Array.isArray(literal) && literal.length > 0 ? `[${literal.join(", ")}]` : undefined;
}

/** A name for a message: as it is if it is plain, else quoted. */
export function quoteUnlessPlain(name: string): string {
  return /^[\w./:-]{1,60}$/.test(name) ? name : quote(name);
}

/** A few words of the file for a message: one line, at most 60 characters, nothing a terminal would obey. */
export function quote(written: string): string {
  const text = written.trim().replace(/^(["'])([^]*)\1$/, "$2");
  const line = text.split("\n", 1)[0];
  const short = line.length > 60 || line !== text ? `${line.slice(0, 59)}…` : line;
  return `'${short.replace(/\p{C}/gu, "\uFFFD")}'`;
}
