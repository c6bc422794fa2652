import { closeSync, readSync } from 'node:fs';
import type { LogCursor } from '../core/types.ts';
import { cursorAt, openLog } from './log-identity.ts';

/** Stands for a log that was not there: whatever appears under its path is read from the beginning. */
const notThereYet: LogCursor = { dev: 0, ino: 0, birthMs: 0, offset: 0, marker: '', countedOffset: 0, midLine: false };

/** The cursor of a log from whose present end on reading begins; null: it can't be read now, and nobody knows where its end is. */
export function endOfLog(path: string): LogCursor | null {
  const log = openLog(path);
  switch (log.kind) {
    case 'absent':
      return notThereYet;
    case 'unreadable':
      return null;
    case 'open':
      try {
        const last = Buffer.alloc(1);
        const midLine = log.size > 0 && readSync(log.fd, last, 0, 1, log.size - 1) === 1 && last.toString() !== '\n';
        return cursorAt(log, { offset: log.size, countedOffset: log.size, midLine });
      } catch {
        return null;
      } finally {
        closeSync(log.fd);
      }
  }
}
