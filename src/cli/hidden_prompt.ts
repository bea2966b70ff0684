/** A question whose answer is not shown on the terminal: passwords. */
import { BudgieError } from "../base/errors.ts";

const ENTER = ["\r", "\n"];
const BACKSPACE = ["\x7f", "\b"];
const INTERRUPT = "\x03";
const END = "\x04";

/**
 * Asks on standard error and reads a line from the terminal at standard input.
 * @throws BudgieError on Ctrl-C and at the end of the input
 */
export function promptHidden(question: string): string {
  Deno.stderr.writeSync(new TextEncoder().encode(`${question}: `));
  Deno.stdin.setRaw(true);
  try {
    return readLine();
  } finally {
    Deno.stdin.setRaw(false);
    Deno.stderr.writeSync(new TextEncoder().encode("\n"));
  }
}

function readLine(): string {
  const characters: string[] = [];
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(256);
  for (let count; (count = Deno.stdin.readSync(buffer)) !== null;) {
    for (const character of decoder.decode(buffer.subarray(0, count), { stream: true })) {
      if (ENTER.includes(character)) return characters.join("");
      if (character === INTERRUPT || character === END) throw cancelled();
      if (BACKSPACE.includes(character)) characters.pop();
      else characters.push(character);
    }
  }
  throw cancelled();
}

function cancelled(): BudgieError {
  return new BudgieError("Cannot go on: the input was cancelled", { exitCode: 130 });
}
