import { chmodSync, existsSync, linkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { copiesIn } from '../directory/daily-copy.ts';
import { busy, corrupt, StoreError, storeError } from '../directory/error.ts';
import type { Layout } from '../directory/layout.ts';
import { lockFile } from '../directory/lock-file.ts';
import { prepareStateDirectory } from '../directory/prepare.ts';
import { finishReplacement } from '../directory/replace-database.ts';
import { isOlder, prepareSchema } from './schema.ts';

/**
 * How long a writer waits for another one. Both write for milliseconds; a stopped one is not waited
 * for.
 */
const BUSY_MS = 5000;
/** The write-ahead log is truncated to this size after a burst. */
const LOG_KEPT_BYTES = 16 * 1024 * 1024;

/** Frees reserved space. Returns false if there was none. */
export type ReleaseBallast = () => boolean;

/** `leave`: keeps the schema of an older dogwatch, for callers that do not hold the lease yet. */
export type OlderSchema = 'migrate' | 'leave';

/**
 * Opens the database for writing, creating it if necessary. On a full disk, the ballast is released
 * first. Throws StoreError.
 */
export const openDatabase = (where: Layout, releaseBallast: ReleaseBallast, older: OlderSchema = 'migrate'): DatabaseSync =>
  withRoom(where.database, releaseBallast, () => {
    prepareStateDirectory(where);
    return withOpenLock(where, () => {
      finishReplacement(where);
      const lost = lostDatabase(where);
      if (lost !== null) throw corrupt(where.database, lost);
      if (!existsSync(where.database)) create(where.database);
      keepPrivate(where.database);
      return open(where.database, where.database, older);
    });
  });

/**
 * While a process holds this lock, no other process starts writing to the database or replaces it.
 * Throws StoreError.
 */
export function withOpenLock<T>(where: Layout, job: () => T): T {
  const lock = lockFile(where.openLock, BUSY_MS);
  if (lock === null) throw busy(where.database, 'another process that is opening it');
  try {
    return job();
  } finally {
    lock.release();
  }
}

/**
 * Returns why the database is considered lost, or null if it is there. If copies exist but the
 * database is missing or empty, it was lost, and no new one is created.
 */
export function lostDatabase({ database, stateDir }: Layout): string | null {
  const bytes = statSync(database, { throwIfNoEntry: false })?.size ?? null;
  if (bytes !== null && bytes > 0) return null;
  return copiesIn(stateDir).length === 0 ? null : bytes === null ? 'none, although there are copies of one' : 'an empty file';
}

/** Whatever fills the disk may also take the space that was just freed. */
const TRIES = 5;

/**
 * Does a job that needs room on the disk of `path`, and retries while the disk is full and room can
 * be made. Throws StoreError.
 */
export function withRoom<T>(path: string, releaseBallast: ReleaseBallast, job: () => T): T {
  for (let tries = 1; ; tries++) {
    try {
      return job();
    } catch (error) {
      const problem = storeError(error, path);
      if (problem.kind !== 'full' || tries >= TRIES || !releaseBallast()) throw problem;
    }
  }
}

/**
 * Creates it under another name and then links it, so that only one of several processes creates
 * it, and none ever finds half of it.
 */
function create(path: string): void {
  const unfinished = `${path}.${process.pid}.new`;
  try {
    writeFileSync(unfinished, '', { mode: 0o600 });
    open(unfinished, path, 'migrate').close();
    linkSync(unfinished, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(`${unfinished}${end}`, { force: true });
  }
}

function open(file: string, path: string, older: OlderSchema): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    if (older === 'migrate' || !isOlder(db, path)) prepareSchema(db, path);
    intoWal(db, path);
    db.exec(`PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${LOG_KEPT_BYTES}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The file is for this user only. SQLite gives the files beside it the same mode. */
function keepPrivate(path: string): void {
  const { uid, mode } = statSync(path);
  if (uid !== process.getuid?.()) {
    const message = `the state in ${path} belongs to user ${uid}: expected user ${process.getuid?.()}. Run as that user, or with another DOGWATCH_STATE_DIR`;
    throw new StoreError('unwritable', message);
  }
  if ((mode & 0o077) !== 0) chmodSync(path, 0o600);
}

function intoWal(db: DatabaseSync, path: string): void {
  const { journal_mode: mode } = db.prepare('PRAGMA journal_mode = WAL').get() as { journal_mode: string };
  if (mode === 'wal') return;
  const message = `the state in ${path} can't be kept safely: expected a local filesystem, got one without shared memory (a network filesystem?). Use another DOGWATCH_STATE_DIR`;
  throw new StoreError('unwritable', message);
}

/**
 * Checks everything except the journal and the images, which may be large: a damaged page of theirs
 * is found when it is read. `thoroughly` checks those as well.
 */
export function inspect(db: DatabaseSync, path: string, thorough: 'quickly' | 'thoroughly' = 'quickly'): void {
  const tables = (db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid").all() as { name: string }[]).map(
    ({ name }) => name,
  );
  for (const table of tables.filter((name) => thorough === 'thoroughly' || !LARGE.includes(name))) {
    const [found] = db.prepare(`PRAGMA quick_check("${table}")`).all() as { quick_check: string }[];
    if (found?.quick_check !== 'ok') throw corrupt(path, `damage in ${table} (${found?.quick_check})`);
  }
}

const LARGE: readonly string[] = ['journal', 'host_journal', 'images', 'image_gaps', 'kept_environments'];
