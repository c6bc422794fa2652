import { distance } from 'fastest-levenshtein';

const MAX_NEAR = 3;

/**
 * Names that may have been meant: they start with `name`, or differ in at most a third of its
 * letters.
 */
export const nearestOf = (name: string, names: readonly string[]): string[] =>
  names
    .map((known) => ({ known, far: name !== '' && known.startsWith(name) ? 0 : distance(name, known) }))
    .filter(({ far }) => far <= Math.ceil(name.length / 3))
    .sort((a, b) => a.far - b.far)
    .slice(0, MAX_NEAR)
    .map(({ known }) => known);
