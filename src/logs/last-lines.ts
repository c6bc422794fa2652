import { closeSync } from 'node:fs';
import { openLog } from './identity.ts';
import { readLines } from './lines.ts';

/**
 * The lines that begin in the last bytes of a file, oldest first; empty if it does not exist or
 * cannot be read.
 */
export function lastLines(path: string, atMostBytes: number): readonly string[] {
  const log = openLog(path);
  if (log.kind !== 'open') return [];
  try {
    const offset = Math.max(0, log.size - atMostBytes);
    return readLines(log.fd, { offset, countedOffset: offset, midLine: offset > 0 }, { atMostBytes, flush: true }).lines;
  } finally {
    closeSync(log.fd);
  }
}
