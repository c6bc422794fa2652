import { stripVTControlCharacters } from 'node:util';
import { truncate } from '../../core/values/truncate.ts';

const MAX_LENGTH = 200;

/** A text from a log, as shown in messages and journals: one line, without escapes, truncated. */
export function short(text: string): string {
  const line = stripVTControlCharacters(text.slice(0, MAX_LENGTH * 4))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return truncate(line, MAX_LENGTH);
}
