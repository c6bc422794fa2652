/** JSON for a program or a terminal: what JSON leaves as it is and a terminal may act on (C1, DEL, directions, line ends) is escaped, so that a program reads the very same text. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replaceAll(
    /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
