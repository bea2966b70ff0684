/** Commands of an image: a JSON list, or words as a person writes them. */
import { UsageError } from "../../base/errors.ts";

/** `["nginx","-g","daemon off;"]`, or `nginx -v` cut at white space. @throws UsageError */
export function parseWords(flag: string, text: string): string[] {
  if (!text.trimStart().startsWith("[")) return text.split(/\s+/).filter((word) => word !== "");
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    words = undefined;
  }
  if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  throw new UsageError(`Cannot use ${flag} '${text}': it is not a JSON list of strings`);
}
