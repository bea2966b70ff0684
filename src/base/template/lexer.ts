/** Cuts a template into plain text and the tokens between `{{` and `}}`. */
import { TemplateError } from "./error.ts";

/** A word of a template's action, and where it stands. */
export type Token =
  | { kind: "text"; text: string; offset: number }
  /** `{{`, `}}`, and inside an action: ( ) | , := = */
  | { kind: "open" | "close" | "(" | ")" | "|" | "," | ":=" | "="; offset: number }
  /** `spaced`: white space stands before it, which separates arguments */
  | { kind: "field"; name: string; spaced: boolean; offset: number }
  | { kind: "dot" | "variable" | "word"; name: string; offset: number }
  | { kind: "literal"; value: string | number; offset: number };

const SPACES = /[ \t\r\n]*/y;
const WORD = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?)/y;
const QUOTED = /"(?:[^"\\\n]|\\.)*"/y;
const RAW = /`[^`]*`/y;
const CHARACTER = /'(?:[^'\\\n]|\\.)+'/y;
const COMMENT = /\{\{(?:- )?[ \t\r\n]*\/\*[\s\S]*?\*\/[ \t\r\n]*(?: -)?\}\}/y;

/** All tokens in order. @throws TemplateError for an unclosed action, quote or comment */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  while (at < text.length) {
    const open = text.indexOf("{{", at);
    const end = open === -1 ? text.length : open;
    const trimsBefore = open !== -1 && /^\{\{-\s/.test(text.slice(open, open + 4));
    let plain = text.slice(at, end);
    if (trimNext) plain = plain.trimStart();
    if (trimsBefore) plain = plain.trimEnd();
    if (plain !== "") tokens.push({ kind: "text", text: unescapeText(plain), offset: at });
    if (open === -1) break;
    const comment = matchAt(COMMENT, text, open);
    if (comment !== undefined) {
      trimNext = comment.endsWith(" -}}");
      at = open + comment.length;
      continue;
    }
    tokens.push({ kind: "open", offset: open });
    at = tokenizeAction(text, open + (trimsBefore ? 3 : 2), open, tokens);
    trimNext = /\s-\}\}$/.test(text.slice(at - 4, at));
  }
  return tokens;
}

// What docker does before it parses; here it leaves quoted strings in actions alone.
function unescapeText(text: string): string {
  return text.replaceAll("\\t", "\t").replaceAll("\\n", "\n");
}

/** Tokens from `at` to past the closing braces; returns where the text goes on. */
function tokenizeAction(text: string, at: number, open: number, tokens: Token[]): number {
  for (;;) {
    const spaces = matchAt(SPACES, text, at)!.length;
    at += spaces;
    const spaced = spaces > 0;
    const offset = at;
    if (at >= text.length) throw new TemplateError("'{{' is never closed by '}}'", text, open);
    if (spaced && text.startsWith("-}}", at)) at += 1;
    if (text.startsWith("}}", at)) {
      tokens.push({ kind: "close", offset });
      return at + 2;
    }
    const token = nextToken(text, at, spaced);
    tokens.push(token.token);
    at += token.length;
  }
}

function nextToken(text: string, at: number, spaced: boolean): { token: Token; length: number } {
  const offset = at;
  if (text.startsWith(":=", at)) return { token: { kind: ":=", offset }, length: 2 };
  const character = text[at];
  if (character === "(" || character === ")" || character === "|" || character === "," || character === "=") {
    return { token: { kind: character, offset }, length: 1 };
  }
  if (character === "$") {
    const name = `$${matchAt(WORD, text, at + 1) ?? ""}`;
    return { token: { kind: "variable", name, offset }, length: name.length };
  }
  if (character === ".") {
    const name = matchAt(WORD, text, at + 1);
    if (name !== undefined) {
      return { token: { kind: "field", name, spaced, offset }, length: name.length + 1 };
    }
    if (!/[0-9]/.test(text[at + 1] ?? "")) return { token: { kind: "dot", name: ".", offset }, length: 1 };
  }
  const quoted = matchAt(QUOTED, text, at);
  if (quoted !== undefined) {
    return { token: { kind: "literal", value: unquote(quoted, text, at), offset }, length: quoted.length };
  }
  const raw = matchAt(RAW, text, at);
  if (raw !== undefined) {
    return { token: { kind: "literal", value: raw.slice(1, -1), offset }, length: raw.length };
  }
  const rune = matchAt(CHARACTER, text, at);
  if (rune !== undefined) {
    const value = unquote(`"${rune.slice(1, -1).replaceAll('"', '\\"')}"`, text, at).codePointAt(0)!;
    return { token: { kind: "literal", value, offset }, length: rune.length };
  }
  const number = matchAt(NUMBER, text, at);
  if (number !== undefined) {
    const value = number.startsWith("-")
      ? -Number(number.slice(1).replaceAll("_", ""))
      : Number(number.replace("+", "").replaceAll("_", ""));
    return { token: { kind: "literal", value, offset }, length: number.length };
  }
  const name = matchAt(WORD, text, at);
  if (name !== undefined) return { token: { kind: "word", name, offset }, length: name.length };
  const reason = character === '"' || character === "`" || character === "'"
    ? "a quoted string is never closed"
    : `'${character}' does not belong here`;
  throw new TemplateError(reason, text, at);
}

const ESCAPES: Record<string, string> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

// Go's interpreted strings: https://go.dev/ref/spec#String_literals
function unquote(quoted: string, text: string, at: number): string {
  const escape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gu;
  return quoted.slice(1, -1).replace(escape, (whole, x, u, U, octal, plain) => {
    if (plain !== undefined) {
      if (!(plain in ESCAPES)) throw new TemplateError(`unknown escape '${whole}'`, text, at);
      return ESCAPES[plain];
    }
    return String.fromCodePoint(octal ? parseInt(octal, 8) : parseInt(x ?? u ?? U, 16));
  });
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
