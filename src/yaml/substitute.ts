/** `${VAR}` in the values of a .bun file. */

/** Why a text cannot be substituted: words for the person, without any value. */
export class SubstitutionError extends Error {
  override name = "SubstitutionError";
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

/**
 * Replaces, in one pass from left to right:
 *
 * - `${VAR}` by the variable; it has to be set, it may be empty
 * - `${VAR:-default}` by the default if it is unset or empty, `${VAR-default}` if it is unset
 * - `${VAR:?message}` and `${VAR?message}` as `${VAR}`, but complaining with the message
 * - `$$` by `$`
 *
 * A default or message may hold `${…}` itself. A `$` before anything else stands for itself, so that
 * `sh -c 'echo $HOME'` means the container's HOME. What a variable holds is not looked at again.
 *
 * @throws SubstitutionError
 */
export function substitute(text: string, env: Readonly<Record<string, string>>): string {
  return text.includes("$") ? new Substitution(text, env).readUntilEnd() : text;
}

class Substitution {
  #offset = 0;

  constructor(readonly text: string, readonly env: Readonly<Record<string, string>>) {}

  readUntilEnd(): string {
    return this.#read(true, false);
  }

  /** Up to the end or, when `nested`, behind the closing brace. Nothing is looked up unless `wanted`. */
  #read(wanted: boolean, nested: boolean): string {
    let result = "";
    while (this.#offset < this.text.length) {
      const letter = this.text[this.#offset++];
      if (nested && letter === "}") return result;
      const next = letter === "$" ? this.text[this.#offset] : undefined;
      if (next === "$") this.#offset++;
      if (next === "{") {
        this.#offset++;
        result += this.#readVariable(wanted);
      } else result += letter;
    }
    if (nested) throw new SubstitutionError("a '${' is not closed by '}'");
    return result;
  }

  #readVariable(wanted: boolean): string {
    const name = this.#match(NAME);
    const operator = this.#match(/:?[-?]|\}/y);
    if (name === "" || operator === "") {
      throw new SubstitutionError(
        "a '${' is followed by a variable's name and '}', ':-default', '-default' or ':?message'; " +
          "write $$ for a dollar sign",
      );
    }
    const value = Object.hasOwn(this.env, name) ? this.env[name] : undefined;
    const missing = value === undefined || (value === "" && operator.startsWith(":"));
    if (operator === "}") {
      if (wanted && missing) {
        throw new SubstitutionError(`the variable ${name} is not set; set it, or write \${${name}:-default}`);
      }
      return value ?? "";
    }
    const alternative = this.#read(wanted && missing, true);
    if (!missing) return value;
    if (wanted && operator.endsWith("?")) {
      const state = value === undefined ? "not set" : "empty";
      throw new SubstitutionError(`the variable ${name} is ${state}${alternative && `: ${alternative}`}`);
    }
    return alternative;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.text)?.[0] ?? "";
    this.#offset += match.length;
    return match;
  }
}
