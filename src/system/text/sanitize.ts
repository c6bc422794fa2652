import { stripVTControlCharacters } from 'node:util';

const PRINTABLE = /^[ -~]*$/;

/**
 * Makes text from a run safe to show in a terminal: one line, without escape sequences, control
 * characters (except tab) or characters that change the text direction.
 */
export const sanitizeForTerminal = (text: string): string => (PRINTABLE.test(text) ? text : sanitized(text));

/** The same as a part of a line, in which a tab would move what follows. */
export const sanitizeForLine = (text: string): string => sanitizeForTerminal(text).replaceAll('\t', ' ');

const sanitized = (text: string): string =>
  stripVTControlCharacters(text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ')).replaceAll(/(?!\t)[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');
