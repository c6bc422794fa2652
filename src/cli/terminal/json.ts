/**
 * JSON that is also safe to print on a terminal: escapes the characters that JSON leaves as they
 * are but a terminal may act on (C1, DEL, bidi controls, line separators). Programs read the same
 * text.
 */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replaceAll(
    /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
