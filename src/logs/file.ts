import { closeSync } from 'node:fs';
import type { LogCursor } from '../core/model/facts.ts';
import { errorMessage } from '../core/values/error-message.ts';
import { continues, cursorAt, isSameFile, type OpenLog, openLog } from './identity.ts';
import { readLines } from './lines.ts';
import { findPredecessor, findRewritten, findSuccessor } from './siblings.ts';

/** The most that one call reads; `more` announces what remains. */
const READ_BYTES = 2 * 1024 * 1024;

interface Read {
  readonly kind: 'read';
  readonly lines: readonly string[];
  /** Growth since the cursor: every byte is counted once, even in an incomplete line. */
  readonly bytes: number;
  readonly cursor: LogCursor;
  /** What may have been lost, in words, or null if nothing was. */
  readonly gap: string | null;
  /** Length of a hole that was skipped. */
  readonly skipped: number;
  /** There is more to read now. */
  readonly more: boolean;
}

export type LogReading = Read | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly because: string };

/**
 * Reads what was written to a log since the cursor (or from its beginning, if null), through
 * renames, truncations and replacements. `flush` also returns an incomplete last line.
 */
export function readLog(path: string, cursor: LogCursor | null, flush = false): LogReading {
  const opened: OpenLog[] = [];
  try {
    return readFrom(path, cursor, flush, opened);
  } catch (error) {
    return { kind: 'unreadable', because: `expected a file that can be read, got ${errorMessage(error)}` };
  } finally {
    for (const log of opened) closeSync(log.fd);
  }
}

function readFrom(path: string, cursor: LogCursor | null, flush: boolean, opened: OpenLog[]): LogReading {
  const live = openLog(path);
  if (live.kind === 'unreadable') return live;
  if (live.kind === 'open') opened.push(live);
  const started = cursor !== null && cursor.ino !== 0;
  const there = live.kind === 'open' ? live : null;
  if (!started) return there === null ? { kind: 'absent' } : read(there, cursorAt(there, 0), flush);
  if (there !== null && continues(there, cursor)) return read(there, cursor, flush);
  const before = findPredecessor(path, cursor, there, opened);
  if (before !== null) return before === there ? read(there, cursor, flush) : readBefore(path, cursor, before, there, flush, opened);
  // The content of the file that was read has been replaced.
  const rest = there !== null && isSameFile(there, cursor) ? there : (findRewritten(path, cursor, opened) ?? there);
  if (rest === null) return { kind: 'absent' };
  const reading = read(rest, cursorAt(rest, 0), flush);
  return { ...reading, gap: gapBefore(rest, cursor), more: reading.more || (there !== null && rest !== there) };
}

function read(log: OpenLog, from: LogCursor, flush: boolean): Read {
  // A file that shrank, but not below what was read, lost an incomplete line whose bytes were
  // counted.
  const place = { ...from, countedOffset: Math.min(from.countedOffset, log.size) };
  const { lines, bytes, place: reached, skipped, more } = readLines(log.fd, place, { atMostBytes: READ_BYTES, flush });
  return { kind: 'read', lines, bytes, cursor: cursorAt(log, reached), gap: null, skipped, more };
}

/**
 * Reads the previous file to its end. The cursor then moves to the beginning of the next one, if
 * there is one with content.
 */
function readBefore(path: string, cursor: LogCursor, before: OpenLog, live: OpenLog | null, flush: boolean, opened: OpenLog[]): Read {
  const next = findSuccessor(path, before, opened) ?? (live !== null && live.size > 0 ? live : null);
  // Without a next file, the writer may still be writing to the renamed one.
  const rest = read(before, cursor, flush || next !== null);
  return next === null || rest.more ? rest : { ...rest, cursor: cursorAt(next, 0), more: true };
}

function gapBefore(live: OpenLog, cursor: LogCursor): string {
  const lost = `what was written after byte ${cursor.offset} of the file read before may be lost`;
  if (!isSameFile(live, cursor)) return `replaced by another file, and the one read before is not beside it; ${lost}`;
  return live.size < cursor.offset ? `truncated to ${live.size} bytes; ${lost}` : `rewritten in place; ${lost}`;
}
