import { closest, distance } from 'fastest-levenshtein';

/** The one of `known` that `word` was probably meant to be: at most every third letter differs. Null: none is that near. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const candidate = closest(word, known);
  return distance(word, candidate) <= Math.ceil(word.length / 3) ? candidate : null;
}
