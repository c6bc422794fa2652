import { closest, distance } from 'fastest-levenshtein';

/**
 * Returns the entry of `known` that `word` was probably meant to be, with at most every third
 * letter different, or null if none is that close.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const candidate = closest(word, known);
  return distance(word, candidate) <= Math.ceil(word.length / 3) ? candidate : null;
}
