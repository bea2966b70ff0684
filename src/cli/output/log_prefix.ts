/** The name before each line, where the lines of several containers are shown together. */

/** ANSI colours as compose takes them: readable on light and dark, none of them red. */
const COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/** `web | ` for each name, padded to the longest, for a stream with colours and for one without. */
export function logPrefixes(names: readonly string[]): Map<string, { plain: string; coloured: string }> {
  const width = Math.max(...names.map((name) => name.length));
  const free = new Set(COLOURS);
  return new Map(names.map((name) => {
    if (free.size === 0) { for (const colour of COLOURS) free.add(colour); }
    const colour = colourOf(name, free);
    free.delete(colour);
    const plain = `${name.padEnd(width)} | `;
    return [name, { plain, coloured: `\x1b[${colour}m${plain}\x1b[0m` }];
  }));
}

/** The name's own, so that it is the same the next time, unless another one here has it. */
function colourOf(name: string, free: ReadonlySet<number>): number {
  let place = 0;
  for (const character of name) place = (place * 31 + character.codePointAt(0)!) % COLOURS.length;
  while (!free.has(COLOURS[place])) place = (place + 1) % COLOURS.length;
  return COLOURS[place];
}
