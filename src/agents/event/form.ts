/**
 * Parts of patterns for whole events, exactly as a program writes them: all keys in their order,
 * no blanks, and texts without escapes. What such a pattern captures is what JSON.parse would
 * return, in a third of the time. Any other line has to be parsed.
 */
/** A text without escapes, and the same captured. */
export const ANY_TEXT = '"[^"\\\\\\x00-\\x1f]*"';
export const TEXT = '"([^"\\\\\\x00-\\x1f]*)"';
/** A whole number that is exact, and the same captured. */
export const ANY_NUMBER = '(?:0|[1-9]\\d{0,14})';
export const NUMBER = '(0|[1-9]\\d{0,14})';
