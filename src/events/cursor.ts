import { readFileSync } from 'node:fs';
import { errorMessage } from '../core/values/error-message.ts';
import { writeAtomically } from '../system/file/write-atomically.ts';

/** How far the receiver was served. */
export interface Cursor {
  /** The number of the last decision that it accepted or that was dropped. */
  readonly seq: number;
  /** How many decisions were dropped since the beginning. */
  readonly dropped: number;
}

/** Returns null if there is none yet, or if it is damaged. */
export function readCursor(path: string): Cursor | null {
  try {
    const { seq, dropped } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Cursor>;
    return Number.isSafeInteger(seq) && Number.isSafeInteger(dropped) ? { seq: seq ?? 0, dropped: dropped ?? 0 } : null;
  } catch {
    return null;
  }
}

/**
 * Returns why it could not be written, or null if it was. If it is lost, decisions are sent twice.
 */
export function writeCursor(path: string, cursor: Cursor): string | null {
  try {
    writeAtomically(path, JSON.stringify(cursor), { durable: false });
    return null;
  } catch (error) {
    return errorMessage(error);
  }
}
