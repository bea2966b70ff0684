/** The parts of a setting's text, as `a, b` in a variable: without blanks around them, and without empty ones. */
export function splitList(text: string | undefined, separator: string): string[] {
  return (text ?? "").split(separator).map((part) => part.trim()).filter((part) => part !== "");
}
