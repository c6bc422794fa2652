import { readSync } from 'node:fs';
import { endOfHole } from './hole.ts';

/**
 * A longer line is cut: its head is returned, and the rest is skipped. Also the size of one read.
 */
const MAX_LINE_BYTES = 1024 * 1024;
const HEAD_BYTES = 64 * 1024;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** One buffer for all logs: it is filled and consumed within one synchronous call. */
const chunk = Buffer.allocUnsafeSlow(MAX_LINE_BYTES);

/** How far an open file was read; the fields are those of a LogCursor. */
export interface LinePlace {
  readonly offset: number;
  readonly countedOffset: number;
  readonly midLine: boolean;
}

export interface LinesRead {
  /** Complete lines without their line endings, decoded as UTF-8, with invalid bytes replaced. */
  readonly lines: string[];
  /** Growth that no earlier read has reported. */
  readonly bytes: number;
  readonly place: LinePlace;
  /** Length of a hole that was skipped: its content is gone. */
  readonly skipped: number;
  /** The limit was reached before the end of the file. */
  readonly more: boolean;
}

/**
 * Reads complete lines from a place on. An incomplete last line stays unread, unless `flush` asks
 * for it as if it were complete.
 */
export function readLines(fd: number, from: LinePlace, limits: { readonly atMostBytes: number; readonly flush: boolean }): LinesRead {
  const lines: string[] = [];
  let { offset, countedOffset, midLine } = from;
  let atEnd = false;
  let skipped = 0;
  while (!atEnd && offset - from.offset < limits.atMostBytes) {
    const size = fill(fd, offset);
    atEnd = size < chunk.length;
    countedOffset = Math.max(countedOffset, offset + size);
    if (!atEnd && firstContent(0, size) === size) {
      const end = Math.max(offset + size, endOfHole(fd, offset));
      skipped += end - offset;
      offset = end;
      // What follows the hole begins with a new line.
      midLine = false;
      continue;
    }
    let start = 0;
    if (midLine) {
      const end = indexOfNewline(0, size);
      start = end === -1 ? size : end + 1;
      midLine = end === -1;
    }
    const last = size > start ? chunk.lastIndexOf(NEWLINE, size - 1) : -1;
    if (last >= start) {
      split(start, last, lines);
      start = last + 1;
    } else if (!atEnd && !midLine) {
      const content = firstContent(start, size);
      // A hole of NULs, left by a writer that continued at its old offset in a truncated file, is
      // not part of a line.
      if (content > start) start = content;
      else if (start === 0) {
        split(0, HEAD_BYTES, lines);
        midLine = true;
        start = size;
      }
    }
    if (atEnd && limits.flush && start < size) {
      if (firstContent(start, size) < size) split(start, size, lines);
      start = size;
    }
    offset += start;
  }
  return { lines, bytes: countedOffset - from.countedOffset, place: { offset, countedOffset, midLine }, skipped, more: !atEnd };
}

function fill(fd: number, offset: number): number {
  let size = 0;
  while (size < chunk.length) {
    const read = readSync(fd, chunk, size, chunk.length - size, offset + size);
    if (read === 0) break;
    size += read;
  }
  return size;
}

function indexOfNewline(start: number, end: number): number {
  const found = chunk.indexOf(NEWLINE, start);
  return found < end ? found : -1;
}

function firstContent(start: number, end: number): number {
  let at = start;
  while (at < end && chunk[at] === 0) at++;
  return at;
}

/**
 * A byte 0x0A is a line ending in any UTF-8, valid or not, so the whole text can be decoded first
 * and split afterwards.
 */
function split(start: number, end: number, into: string[]): void {
  for (const line of chunk.toString('utf8', start, end).split('\n')) {
    const text = line.charCodeAt(0) === 0 ? line.replace(/^\0+/, '') : line;
    into.push(text.charCodeAt(text.length - 1) === CARRIAGE_RETURN ? text.slice(0, -1) : text);
  }
}
