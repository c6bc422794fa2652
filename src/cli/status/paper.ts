import type { styleText } from 'node:util';
import { sanitizeForLine } from '../../system/text/sanitize.ts';
import type { Clock } from '../../view/clock.ts';

/** What a face is written on. */
export interface Paper {
  /** Null if no line is too long: a file or another program reads it. */
  readonly columns: number | null;
  readonly clock: Clock;
  /** Stands where something is missing. */
  readonly mark: string;
  /** Colours a text, or returns it as it is. */
  paint(format: Parameters<typeof styleText>[0], text: string): string;
}

/** Text of a run, safe to show, as part of one line. */
export const clean = sanitizeForLine;
