import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import type { LogCursor } from '../core/model/facts.ts';

const MARKER_BYTES = 64;
/** Hexadecimal digits of the hash of the last bytes, and of the first. */
const LAST_LENGTH = 16;
const HEAD_LENGTH = 8;
const MARKER_LENGTH = LAST_LENGTH + HEAD_LENGTH;

export interface OpenLog {
  readonly kind: 'open';
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  readonly birthMs: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Opens a log for reading if it is a regular file. The caller closes `fd`. */
export function openLog(path: string): OpenLog | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly because: string } {
  try {
    // Checked before it is opened: opening a FIFO or a device can have effects.
    const named = lstatSync(path);
    const isLink = named.isSymbolicLink();
    const there = isLink ? statSync(path) : named;
    if (!there.isFile()) return { kind: 'unreadable', because: `expected a file, got ${there.isDirectory() ? 'a directory' : 'a device'}` };
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (isLink ? 0 : constants.O_NOFOLLOW));
    const { dev, ino, birthtimeMs, size, mtimeMs, uid } = fstatSync(fd);
    if (isLink && leadsAstray(named.uid, uid)) {
      closeSync(fd);
      return { kind: 'unreadable', because: `expected a log, got a link of user ${named.uid} to a file of user ${uid}` };
    }
    return { kind: 'open', fd, dev, ino, birthMs: birthtimeMs, size, mtimeMs };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    return { kind: 'unreadable', because: `expected a file that can be read, got ${message}` };
  }
}

/**
 * A user who can write next to a log must not make us read, and show, what only we may read. This
 * is the rule of fs.protected_symlinks (proc_sys_fs(5)), applied in every directory.
 */
const leadsAstray = (linkOf: number, fileOf: number): boolean => linkOf !== fileOf && linkOf !== process.getuid?.() && linkOf !== 0;

/**
 * The cursor of an open log at a place. An offset alone means the beginning of a line, with nothing
 * counted beyond it.
 */
export function cursorAt(log: OpenLog, place: Pick<LogCursor, 'offset' | 'countedOffset' | 'midLine'> | number): LogCursor {
  const { dev, ino, birthMs } = log;
  const at = typeof place === 'number' ? { offset: place, countedOffset: place, midLine: false } : place;
  return { dev, ino, birthMs, marker: markerBefore(log.fd, at.offset), ...at };
}

/**
 * Whether this is the file that the cursor was taken from, with the content that was read still in
 * it.
 */
export const continues = (log: OpenLog, cursor: LogCursor): boolean => isSameFile(log, cursor) && hasRead(log, cursor);

/** The same inode with the same birth time: ext4 reuses inode numbers at once. */
export const isSameFile = (file: Pick<LogCursor, 'dev' | 'ino' | 'birthMs'>, cursor: LogCursor): boolean =>
  file.dev === cursor.dev && file.ino === cursor.ino && file.birthMs === cursor.birthMs;

/**
 * Whether the content before the cursor's offset is what was read there. A cursor of an older
 * dogwatch has a shorter marker.
 */
export const hasRead = (log: OpenLog, cursor: LogCursor): boolean =>
  log.size >= cursor.offset && isMarked(markerBefore(log.fd, cursor.offset), log, cursor);

/**
 * If the oldest part of a log was punched out, its head is unchanged, and the bytes before the
 * cursor are empty.
 */
const isMarked = (found: string, { fd }: OpenLog, { marker, offset }: LogCursor): boolean =>
  found.startsWith(marker) ||
  (marker.length === MARKER_LENGTH &&
    found.slice(-HEAD_LENGTH) === marker.slice(-HEAD_LENGTH) &&
    offset > MARKER_BYTES &&
    isEmptyBefore(fd, offset));

function isEmptyBefore(fd: number, offset: number): boolean {
  const bytes = Buffer.alloc(MARKER_BYTES, 1);
  readSync(fd, bytes, 0, MARKER_BYTES, offset - MARKER_BYTES);
  return bytes.every((byte) => byte === 0);
}

/**
 * Hashes the bytes right before the offset, and the first ones: similar lines have similar ends, at
 * the same places.
 */
function markerBefore(fd: number, offset: number): string {
  const size = Math.min(offset, MARKER_BYTES);
  return size === 0 ? '' : `${hashOf(fd, offset - size, size).slice(0, LAST_LENGTH)}${hashOf(fd, 0, size).slice(0, HEAD_LENGTH)}`;
}

function hashOf(fd: number, position: number, size: number): string {
  const bytes = Buffer.alloc(size);
  readSync(fd, bytes, 0, size, position);
  return hash('sha256', bytes);
}
