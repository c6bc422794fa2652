import { stripVTControlCharacters } from 'node:util';

/** Text that comes from a run, made harmless for a terminal: one line, no escapes, no control characters but the tab, nothing that turns its direction. */
export const sanitizeForTerminal = (text: string): string =>
  stripVTControlCharacters(text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ')).replaceAll(/(?!\t)[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');
