/** Text that came from outside, before it reaches a terminal. */

/**
 * The text with control characters, but for tabs and new lines, made visible: what a registry or an image
 * says may not move the cursor or rename the window.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, "\u{fffd}");
}
