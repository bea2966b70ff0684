/**
 * Files of environment variables, for `--env-file` and the .bun key `env_file`:
 *
 * ```
 * # a comment
 * NAME=value                  # a comment after a blank; the value is trimmed
 * export NAME=value           as a shell writes it
 * NAME='as it "stands"'       in single quotes nothing is special; may span lines
 * NAME="line\nline"           in double quotes \n \r \t \" \\ \$ are escapes; may span lines
 * NAME                        the value of the same variable of the host; left out if that is not set
 * ```
 *
 * Unlike docker's --env-file, quotes are taken off. `$` is never special: nothing is substituted.
 */
import { BudgieError } from "./errors.ts";

/** A line that could not be read. Values are never part of the message: they may be passwords. */
export interface EnvFileProblem {
  path: string;
  /** 1-based, as is `column` */
  line: number;
  column: number;
  message: string;
}

/** Every problem of the file, one line each: `file:line:column: message`. */
export class EnvFileError extends BudgieError {
  override name = "EnvFileError";

  constructor(path: string, readonly problems: readonly EnvFileProblem[]) {
    const lines = problems.map(({ path, line, column, message }) => `${path}:${line}:${column}: ${message}`);
    super(`Cannot read environment file '${path}':\n${lines.join("\n")}`, {
      hint: "Write one NAME=value in each line; comments begin with #",
    });
  }
}

/** A variable's name. Wider than a shell's: programs do read `xpack.security` and `my-name`. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*/;

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

/**
 * Names and values in the order of the file; of a name given twice the last counts.
 *
 * @param options.path for messages only
 * @param options.env the host's variables, for names that stand alone
 * @throws EnvFileError with every problem
 */
export function parseEnvFile(
  text: string,
  options: { path: string; env: Readonly<Record<string, string>> },
): Record<string, string> {
  const content = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const problems: EnvFileProblem[] = [];
  const variables = new Map<string, string>();
  let lineNumber = 0;
  for (let offset = 0; offset <= content.length;) {
    lineNumber++;
    const line = lineAt(content, offset);
    const problem = (column: number, message: string) => {
      problems.push({ path: options.path, line: lineNumber, column: column + 1, message });
    };
    const lineStart = offset;
    offset += line.length + 1;
    const start = /^\s*(?:export\s+)?/.exec(line)![0].length;
    const rest = line.slice(start);
    if (rest === "" || rest.startsWith("#")) continue;
    const name = NAME.exec(rest)?.[0];
    if (name === undefined || !/^\s*(=|#|$)/.test(rest.slice(name.length))) {
      problem(start, "a line is NAME=value; a name has letters, digits, '_', '.' and '-', no digit first");
      continue;
    }
    const equals = start + name.length;
    if (line[equals] !== "=") {
      if (/^\s+=/.test(line.slice(equals))) problem(equals, `no blank may stand between '${name}' and '='`);
      else if (Object.hasOwn(options.env, name)) variables.set(name, options.env[name]);
      continue;
    }
    const value = readValue(content, lineStart + equals + 1);
    if ("text" in value) variables.set(name, value.text);
    else problem(value.offset - lineStart, `${name}: ${value.problem}`);
    lineNumber += content.slice(offset - 1, value.end).split("\n").length - 1;
    offset = Math.max(offset, value.end + 1);
  }
  if (problems.length > 0) throw new EnvFileError(options.path, problems);
  return Object.fromEntries(variables);
}

function lineAt(content: string, offset: number): string {
  const end = content.indexOf("\n", offset);
  return content.slice(offset, end < 0 ? content.length : end);
}

/** `end` is where the last line of the value ends. */
type Value = { end: number } & ({ text: string } | { offset: number; problem: string });

function readValue(content: string, offset: number): Value {
  while (content[offset] === " " || content[offset] === "\t") offset++;
  if (content[offset] === "'" || content[offset] === '"') return readQuoted(content, offset);
  const rest = lineAt(content, offset);
  const end = offset + rest.length;
  const text = rest.replace(/(^|\s)#.*$/, "").trim();
  return text.includes("\0") ? { end, offset, problem: "a value has no NUL character" } : { end, text };
}

function readQuoted(content: string, offset: number): Value {
  const quote = content[offset];
  const quoted = quote === "'" ? /'([^']*)'/y : /"([^"\\]*(?:\\[^][^"\\]*)*)"/y;
  quoted.lastIndex = offset;
  const match = quoted.exec(content);
  // What follows an open quote is all inside it: nothing more can be read.
  if (!match) return { end: content.length, offset, problem: `the quote ${quote} is not closed` };
  const after = lineAt(content, quoted.lastIndex);
  const end = quoted.lastIndex + after.length;
  if (!/^\s*($|\s#)/.test(after)) {
    return { end, offset, problem: "only a comment may follow the closing quote" };
  }
  if (match[1].includes("\0")) return { end, offset, problem: "a value has no NUL character" };
  // An unknown escape stays as it stands: "C:\dir" is a path, not a mistake.
  const unescape = (whole: string, letter: string) => ESCAPES[letter] ?? whole;
  return { end, text: quote === "'" ? match[1] : match[1].replace(/\\([^])/g, unescape) };
}
