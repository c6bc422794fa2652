/**
 * No character that people write takes more code units than this, not even an emoji of a family.
 */
const LONGEST_CHARACTER = 64;
/** Below this nothing combines with what stands before it. */
const FIRST_COMBINING = 0x300;

/**
 * The beginning of a text, of at most this many UTF-16 code units, with `…` where something is
 * missing. No character is cut in two.
 */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  return length < 1 ? '' : `${text.slice(0, boundaryAt(text, length - 1).before)}…`;
}

/** The end of a text, likewise. */
export function truncateStart(text: string, length: number): string {
  if (text.length <= length) return text;
  return length < 1 ? '' : `…${text.slice(boundaryAt(text, text.length - length + 1).after)}`;
}

/**
 * The beginning of a text of which `size` is at most `most`, where a longer beginning is never
 * smaller.
 */
export function truncateTo(text: string, most: number, size: (part: string) => number): string {
  if (size(text) <= most) return text;
  let [fits, tooLong] = [0, text.length];
  while (fits + 1 < tooLong) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (size(truncate(text, middle)) <= most) fits = middle;
    else tooLong = middle;
  }
  return truncate(text, fits);
}

/**
 * Where the character that a position is in begins and ends; both are the position if it is between
 * two characters.
 */
function boundaryAt(text: string, at: number): { readonly before: number; readonly after: number } {
  if (at <= 0 || (text.charCodeAt(at - 1) < FIRST_COMBINING && text.charCodeAt(at) < FIRST_COMBINING)) return { before: at, after: at };
  const found = segmenter()
    .segment(text.slice(0, at + LONGEST_CHARACTER))
    .containing(at);
  const before = found?.index ?? at;
  const after = before === at ? at : before + (found?.segment.length ?? 0);
  // Marks without end are no character: then it is only the halves of a pair that stay together.
  if (after - before >= LONGEST_CHARACTER) return ofCodePoint(text, at);
  return { before, after };
}

function ofCodePoint(text: string, at: number): { readonly before: number; readonly after: number } {
  const isSplit = (text.codePointAt(at - 1) ?? 0) > 0xffff;
  return isSplit ? { before: at - 1, after: at + 1 } : { before: at, after: at };
}

let shared: Intl.Segmenter | null = null;

/** Made when it is first needed: most texts are short. */
function segmenter(): Intl.Segmenter {
  shared ??= new Intl.Segmenter('en');
  return shared;
}
