/**
 * A text can match a pattern only if it contains one of the pattern's stems, in any case. Looking
 * for the stems of all patterns at once, in one pass, takes no longer than trying two of them.
 */
export type Stems = number;

const STEM_LENGTH = 3;
/** The low bits of a character: the same for both cases of a letter. */
const CHARACTER_BITS = 5;
const CHARACTER = (1 << CHARACTER_BITS) - 1;
const ALL = (1 << (CHARACTER_BITS * STEM_LENGTH)) - 1;
/** What the last characters that were read are a stem of. */
const STEMS_AT = new Int32Array(ALL + 1);
const MAX_STEMS = 31;
let count = 0;

/** The stems of a pattern, of which each has three ASCII characters. */
export function stems(...texts: readonly string[]): Stems {
  const one = 1 << (count++ % MAX_STEMS);
  for (const text of texts) {
    if (text.length !== STEM_LENGTH) throw new Error(`expected a stem of ${STEM_LENGTH} characters, got '${text}'`);
    const at = [...text].reduce((before, character) => next(before, character.charCodeAt(0)), 0);
    STEMS_AT[at] = STEMS_AT[at]! | one;
  }
  return one;
}

/** The stems that a text may contain. It contains no others. */
export function stemsIn(text: string): Stems {
  let at = 0;
  let found = 0;
  for (let i = 0; i < text.length; i++) {
    at = next(at, text.charCodeAt(i));
    found |= STEMS_AT[at]!;
  }
  return found;
}

const next = (at: number, code: number): number => ((at << CHARACTER_BITS) | (code & CHARACTER)) & ALL;

/** Whether a text in which these were found may match a pattern. Without stems it always may. */
export const mayMatch = (found: Stems, of: Stems | undefined): boolean => of === undefined || (found & of) !== 0;
