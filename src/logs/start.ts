import { closeSync, readSync } from 'node:fs';
import type { LogCursor } from '../core/model/facts.ts';
import { errorMessage } from '../core/values/error-message.ts';
import { cursorAt, openLog } from './identity.ts';

export type LogEnd =
  | { readonly kind: 'end'; readonly cursor: LogCursor }
  /** Where it ends now is unknown. */
  | { readonly kind: 'unreadable'; readonly because: string };

/** Stands for a missing log: whatever appears at its path is read from the beginning. */
export const notThere: LogCursor = { dev: 0, ino: 0, birthMs: 0, offset: 0, marker: '', countedOffset: 0, midLine: false };

/** Where to begin with a log of which only new content is of interest. */
export function endOfLog(path: string): LogEnd {
  const log = openLog(path);
  switch (log.kind) {
    case 'unreadable':
      return log;
    case 'absent':
      return { kind: 'end', cursor: notThere };
    case 'open':
      try {
        const last = Buffer.from('\n');
        if (log.size > 0) readSync(log.fd, last, 0, 1, log.size - 1);
        return { kind: 'end', cursor: cursorAt(log, { offset: log.size, countedOffset: log.size, midLine: last.toString() !== '\n' }) };
      } catch (error) {
        return { kind: 'unreadable', because: `expected a file that can be read, got ${errorMessage(error)}` };
      } finally {
        closeSync(log.fd);
      }
  }
}
