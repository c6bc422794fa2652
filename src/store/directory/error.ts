import { closeSync, openSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { copiesIn } from './daily-copy.ts';

/**
 * Why the state can't be used. Whatever the kind, the stored data is left as it is. `busy`: another
 * process was writing for too long, or was stopped while writing. `lease-lost`: another watchdog
 * has taken over. `older`: a watchdog of an older dogwatch holds the state. `exhausted`: this
 * process can't get more of some resource.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: 'corrupt' | 'newer' | 'older' | 'full' | 'busy' | 'unwritable' | 'exhausted' | 'lease-lost';
  /** What was found instead of an intact database, or null if it is not damaged. */
  readonly got: string | null;

  constructor(kind: StoreError['kind'], message: string, cause?: unknown, got: string | null = null) {
    super(message, { cause });
    this.kind = kind;
    this.got = got;
  }
}

/**
 * Converts an error of SQLite or the filesystem into its meaning for a caller that wanted to use
 * `path`. Rethrows any other error: that is a bug.
 */
export function storeError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) throw error;
  const { errcode, code } = error as Error & { errcode?: number; code?: string };
  if (errcode !== undefined) return ofSqlite(errcode & PRIMARY, error, path);
  if (code === 'ENOSPC' || code === 'EDQUOT') return full(error, path);
  if (code !== undefined && EXHAUSTED.includes(code)) return exhausted(error.message, path, error);
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return unwritable(error, path);
  throw error;
}

/** Another process has locked the database. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && ((error as Error & { errcode?: number }).errcode ?? 0) % (PRIMARY + 1) === BUSY;

/** Too many files, processes or too much memory, or a file longer than this process may write. */
const EXHAUSTED: readonly string[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EFBIG'];

/** The low byte of SQLite's extended codes. */
const PRIMARY = 0xff;
const PERM = 3;
const NOMEM = 7;
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

function ofSqlite(code: number, error: Error, path: string): StoreError {
  switch (code) {
    case CORRUPT:
    case NOTADB:
      return corrupt(path, error.message, error);
    case FULL:
    // An exceeded quota and a full tmpfs show up as I/O errors.
    case IOERR:
      return full(error, path);
    case CANTOPEN:
      // On a full filesystem, SQLite can't open the files beside the database.
      if (!canOpen()) return exhausted(error.message, path, error);
      return isFull(path) ? full(error, path) : unwritable(error, path);
    case BUSY:
      return busy(path, error.message, error);
    case NOMEM:
      return exhausted(error.message, path, error);
    case PERM:
    case READONLY:
      return unwritable(error, path);
    default:
      throw error;
  }
}

/** The file is damaged, or not dogwatch's: it is left alone. */
export const corrupt = (path: string, got: string, cause?: unknown): StoreError =>
  new StoreError(
    'corrupt',
    `the state in ${path} can't be read: expected a database made by dogwatch, got: ${got}. Nothing was changed; ${remedy(path)}`,
    cause,
    got,
  );

/** Daily copies are kept beside it. */
function remedy(path: string): string {
  const copy = copiesIn(dirname(path)).at(-1);
  if (copy === undefined) return 'move it away (with its -wal and -shm), or replace it with a backup: `dogwatch restore FILE`';
  return `the next watchdog (\`dogwatch watch\`) replaces it with the newest intact copy, as does \`dogwatch restore ${copy}\``;
}

const full = (error: Error, path: string): StoreError =>
  new StoreError(
    'full',
    `the state in ${path} can't be written: ${error.message}. Free space (or inodes, or quota) on its filesystem; if there is enough, the disk itself is failing`,
    error,
  );

/** Nothing is wrong with it: it can be used a moment later. */
export const busy = (path: string, got: string, cause?: unknown): StoreError =>
  new StoreError(
    'busy',
    `the state in ${path} is in use: expected to get it within seconds, got: ${got}. Try again; if that does not help, look for a stopped dogwatch (state T in ps)`,
    cause,
  );

const unwritable = (error: Error, path: string): StoreError =>
  new StoreError(
    'unwritable',
    `the state in ${path} can't be used: ${error.message}. Expected a file that this user can read and write`,
    error,
  );

/** Nothing is wrong with the state: with higher limits it can be used. */
const exhausted = (got: string, path: string, cause?: unknown): StoreError =>
  new StoreError(
    'exhausted',
    `the state in ${path} can't be used for now: ${got}. A limit of this user or shell is reached (\`ulimit -a\`)`,
    cause,
  );

/** The database, its log, its shared memory, and one to spare. */
const FILES_OF_SQLITE = 4;

/** Returns false if this process can't open as many files as SQLite needs. */
function canOpen(): boolean {
  const opened: number[] = [];
  try {
    for (let more = 0; more < FILES_OF_SQLITE; more++) opened.push(openSync('/dev/null', 'r'));
    return true;
  } catch {
    return false;
  } finally {
    for (const file of opened) closeSync(file);
  }
}

/** Room for the two files beside the database; less than this counts as none. */
const LEAST_ROOM_BYTES = 64 * 1024;
const LEAST_INODES = 2;

function isFull(path: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(dirname(path));
    return bavail * bsize < LEAST_ROOM_BYTES || (files > 0 && ffree < LEAST_INODES);
  } catch {
    return false;
  }
}
