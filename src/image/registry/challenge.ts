/** The WWW-Authenticate header (RFC 9110 §11.6.1; distribution-spec: Bearer with realm, service and scope). */

export interface Challenge {
  /** lower case: "bearer", "basic" */
  scheme: string;
  /** names in lower case */
  parameters: Record<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const SPACES = /[\s,]*/y;
/** Longer headers are not looked at. */
const MAX_LENGTH = 8192;

/** Every challenge of the header, in its order. What can't be understood ends the list, it does not fail. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  const text = header.slice(0, MAX_LENGTH);
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match) position = pattern.lastIndex;
    return match;
  };
  while (position < text.length) {
    take(SPACES);
    const word = take(TOKEN)?.[0];
    if (word === undefined) break;
    if (text[position] !== "=") {
      challenges.push({ scheme: word.toLowerCase(), parameters: {} });
      continue;
    }
    position++;
    const quoted = take(QUOTED);
    const value = quoted ? quoted[1].replace(/\\(.)/g, "$1") : take(TOKEN)?.[0];
    const challenge = challenges.at(-1);
    if (value === undefined || !challenge) break;
    challenge.parameters[word.toLowerCase()] = value;
  }
  return challenges;
}
