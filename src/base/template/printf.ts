/** Go's fmt, as far as templates meet it: the verbs for strings, whole numbers, floats, truth and quoting. */
import { formatValue, kindOf } from "./value.ts";

const VERB = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%])/g;

/** fmt.Sprintf. A verb that does not fit its argument prints as in Go: `%!d(string=x)`. */
export function formatPrintf(format: string, args: unknown[]): string {
  let next = 0;
  const text = format.replace(VERB, (whole, flags: string, width, precision, verb: string) => {
    if (verb === "%") return "%";
    const wide = width === "*" ? Number(args[next++]) : Number(width ?? 0);
    const precise = !whole.includes(".")
      ? undefined
      : precision === "*"
      ? Number(args[next++])
      : Number(precision ?? 0);
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const body = formatVerb(verb, args[next++], flags, precise);
    return padTo(body, wide, flags, verb);
  });
  if (next >= args.length) return text;
  const extra = args.slice(next).map((arg) => `${goType(arg)}=${formatValue(arg)}`);
  return `${text}%!(EXTRA ${extra.join(", ")})`;
}

/** fmt.Sprint: a space between two arguments when neither is a string. */
export function formatPrint(args: unknown[]): string {
  return args.reduce<string>((line, arg, index) => {
    const space = index > 0 && typeof arg !== "string" && typeof args[index - 1] !== "string" ? " " : "";
    return line + space + formatValue(arg);
  }, "");
}

function formatVerb(verb: string, value: unknown, flags: string, precision: number | undefined): string {
  const kind = kindOf(value);
  const isNumber = kind === "int" || kind === "float";
  const signed = (digits: string, number: number) =>
    number >= 0 && flags.includes("+")
      ? `+${digits}`
      : number >= 0 && flags.includes(" ")
      ? ` ${digits}`
      : digits;
  switch (verb) {
    case "v":
      return formatValue(value);
    case "s":
      if (isNumber || kind === "bool") break;
      return kind === "nil" ? "%!s(<nil>)" : [...formatValue(value)].slice(0, precision).join("");
    case "q":
      if (kind === "list") {
        return `[${(value as unknown[]).map((item) => formatVerb("q", item, flags, precision)).join(" ")}]`;
      }
      if (kind === "string") return JSON.stringify(value);
      break;
    case "T":
      return goType(value);
    case "t":
      if (kind === "bool") return String(value);
      break;
    case "d":
      if (kind === "int") return signed(String(value), Number(value));
      break;
    case "x":
    case "X": {
      const digits = kind === "int"
        ? Number(value).toString(16)
        : kind === "string"
        ? new TextEncoder().encode(value as string).toHex()
        : undefined;
      if (digits === undefined) break;
      const prefixed = flags.includes("#") ? `0x${digits}` : digits;
      return verb === "X" ? prefixed.toUpperCase() : prefixed;
    }
    case "o":
    case "b":
      if (kind === "int") return Number(value).toString(verb === "o" ? 8 : 2);
      break;
    case "c":
      if (kind === "int") return String.fromCodePoint(Number(value));
      break;
    case "f":
    case "F":
      if (isNumber) return signed(Number(value).toFixed(precision ?? 6), Number(value));
      break;
    case "e":
      if (isNumber) {
        const digits = Number(value).toExponential(precision ?? 6).replace(/e([+-])(\d)$/, "e$10$2");
        return signed(digits, Number(value));
      }
      break;
    case "g":
      if (isNumber) {
        const rounded = precision === undefined
          ? value
          : Number(Number(value).toPrecision(Math.max(1, precision)));
        return signed(formatValue(rounded), Number(value));
      }
      break;
  }
  return `%!${verb}(${goType(value)}=${formatValue(value)})`;
}

function padTo(text: string, width: number, flags: string, verb: string): string {
  const missing = Math.abs(width) - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes("-") || width < 0) return text + " ".repeat(missing);
  if (flags.includes("0") && "dxXobeEfFg".includes(verb)) {
    const sign = /^[+-]/.exec(text)?.[0] ?? "";
    return sign + "0".repeat(missing) + text.slice(sign.length);
  }
  return " ".repeat(missing) + text;
}

function goType(value: unknown): string {
  const kind = kindOf(value);
  const names: Partial<Record<typeof kind, string>> = {
    nil: "<nil>",
    float: "float64",
    list: "[]interface {}",
    map: "map[string]interface {}",
  };
  return names[kind] ?? kind;
}
