/** Guesses what was meant by a word that does not exist. */

/**
 * The candidate nearest to `word`, or undefined when none is near: at most one slip in three letters.
 * A slip is a letter missing, added, changed, or swapped with its neighbour; case does not count.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const allowed = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    const distance = editDistance(wanted, candidate.toLowerCase(), Math.min(bestDistance, allowed + 1));
    if (distance > allowed) continue;
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * Damerau-Levenshtein distance in its "optimal string alignment" form, where no part is edited twice.
 * @param bound a larger distance is not looked for: the result is then any number from `bound` up
 */
function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      current[column] = Math.min(
        previous[column] + 1,
        current[column - 1] + 1,
        previous[column - 1] + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) current[column] = Math.min(current[column], beforePrevious[column - 2] + 1);
    }
    if (Math.min(...current) >= bound) return bound;
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length];
}
