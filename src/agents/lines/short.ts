import { stripVTControlCharacters } from 'node:util';
import { truncate } from '../../core/values/truncate.ts';

const MAX_LENGTH = 200;
/** Words in usual characters, with one space between two of them: nothing is to be removed. */
const CLEAN = /^[!-~\u00a1-\u024f\u2010-\u2027\u3001-\ud7ff]+(?: [!-~\u00a1-\u024f\u2010-\u2027\u3001-\ud7ff]+)*$/;

/** A text from a log, as shown in messages and journals: one line, without escapes, truncated. */
export function short(text: string): string {
  const beginning = text.slice(0, MAX_LENGTH * 4);
  return truncate(CLEAN.test(beginning) ? beginning : cleaned(beginning), MAX_LENGTH);
}

const cleaned = (text: string): string => stripVTControlCharacters(text).replaceAll(/\s+/g, ' ').trim();
