import { closeSync } from 'node:fs';
import type { LogCursor } from '../core/types.ts';
import { continues, cursorAt, isSameFile, type OpenLog, openLog } from './log-identity.ts';
import { readLines } from './log-lines.ts';
import { findPredecessor, findSuccessor } from './log-siblings.ts';

/** Read at most in one call; what remains is announced by `more`. */
const READ_BYTES = 2 * 1024 * 1024;

interface Read {
  readonly kind: 'read';
  readonly lines: readonly string[];
  /** Growth since the cursor: every byte is counted once, even of a line that is incomplete. */
  readonly bytes: number;
  readonly cursor: LogCursor;
  /** What may have been lost, in words; null: nothing. */
  readonly gap: string | null;
  /** There is more to read now. */
  readonly more: boolean;
}

export type LogReading = Read | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly because: string };

/**
 * Reads what was written to a log since the cursor (null: from its beginning), through renames, truncations and replacements;
 * `flush` hands an incomplete last line on as well.
 */
export function readLog(path: string, cursor: LogCursor | null, flush = false): LogReading {
  const opened: OpenLog[] = [];
  try {
    return readFrom(path, cursor, flush, opened);
  } catch (error) {
    return { kind: 'unreadable', because: `expected a file that can be read, got ${error instanceof Error ? error.message : error}` };
  } finally {
    for (const log of opened) closeSync(log.fd);
  }
}

function readFrom(path: string, cursor: LogCursor | null, flush: boolean, opened: OpenLog[]): LogReading {
  const live = openLog(path);
  if (live.kind === 'unreadable') return live;
  if (live.kind === 'open') opened.push(live);
  const started = cursor !== null && cursor.ino !== 0;
  if (live.kind === 'absent') {
    const renamed = started && findPredecessor(path, cursor, null, opened);
    return renamed ? read(renamed, cursor, flush) : live;
  }
  if (!started) return read(live, cursorAt(live, 0), flush);
  if (continues(live, cursor)) return read(live, cursor, flush);
  const before = findPredecessor(path, cursor, live, opened);
  if (before === null) return { ...read(live, cursorAt(live, 0), flush), gap: gapBefore(live, cursor) };
  return before === live ? read(live, cursor, flush) : readBefore(path, cursor, before, live, flush, opened);
}

function read(log: OpenLog, from: LogCursor, flush: boolean): Read {
  // A file that shrank, though not into what was read, lost an incomplete line whose bytes were counted.
  const place = { ...from, countedOffset: Math.min(from.countedOffset, log.size) };
  const { lines, bytes, place: reached, more } = readLines(log.fd, place, { atMostBytes: READ_BYTES, flush });
  return { kind: 'read', lines, bytes, cursor: cursorAt(log, reached), gap: null, more };
}

/** Reads the file before to its end; the cursor then points to the beginning of the next one. */
function readBefore(path: string, cursor: LogCursor, before: OpenLog, live: OpenLog, flush: boolean, opened: OpenLog[]): Read {
  // The writer may go on in the renamed file until it has written to the new one.
  const over = live.size > 0;
  const rest = read(before, cursor, flush || over);
  if (!over || rest.more) return rest;
  const next = findSuccessor(path, before, opened) ?? live;
  return { ...rest, cursor: cursorAt(next, 0), more: true };
}

function gapBefore(live: OpenLog, cursor: LogCursor): string {
  const lost = `what was written after byte ${cursor.offset} of the file read before may be lost`;
  if (!isSameFile(live, cursor)) return `replaced by another file, and the one read before is not beside it; ${lost}`;
  return live.size < cursor.offset ? `truncated to ${live.size} bytes; ${lost}` : `rewritten in place; ${lost}`;
}
