import { chmodSync, existsSync, linkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Layout } from './layout.ts';
import { prepareStateDirectory } from './prepare.ts';
import { prepareSchema } from './schema.ts';
import { corrupt, StoreError, storeError } from './store-error.ts';

/** How long a writer waits for another one: both write for milliseconds, and one that was stopped meanwhile is not waited for. */
const BUSY_MS = 5000;
/** The log is cut back to this after a burst. */
const LOG_KEPT_BYTES = 16 * 1024 * 1024;

/** Gives reserved space back; false: there was none. */
export type ReleaseBallast = () => boolean;

/** Opens the database for writing, making it where there is none. On a full disk the ballast goes first. Throws StoreError. */
export const openDatabase = (where: Layout, releaseBallast: ReleaseBallast): DatabaseSync =>
  withRoom(where.database, releaseBallast, () => {
    prepareStateDirectory(where);
    if (!existsSync(where.database)) create(where.database);
    keepPrivate(where.database);
    return open(where.database, where.database);
  });

/** Whoever fills a disk takes what was freed for somebody else, too. */
const TRIES = 5;

/** Does a job that needs room on the disk of `path`: when there is none, again as long as some can be made. Throws StoreError. */
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

/** Made under another name and then linked, so that of several processes one makes it, and nobody ever finds half of it. */
function create(path: string): void {
  const unfinished = `${path}.${process.pid}.new`;
  try {
    writeFileSync(unfinished, '', { mode: 0o600 });
    open(unfinished, path).close();
    linkSync(unfinished, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(`${unfinished}${end}`, { force: true });
  }
}

function open(file: string, path: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    prepareSchema(db, path);
    intoWal(db, path);
    db.exec(`PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${LOG_KEPT_BYTES}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The file is for this user only; SQLite gives the files beside it the same mode. */
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
  const message = `the state in ${path} can't be kept safely: expected a filesystem of this machine, came one without shared memory (a network filesystem?). Use another DOGWATCH_STATE_DIR`;
  throw new StoreError('unwritable', message);
}

/** All but the journal, which may be large: a damaged page of it is found when it is read. */
export function inspect(db: DatabaseSync, path: string): void {
  for (const table of ['lease', 'runs', 'actions', 'replies']) {
    const [found] = db.prepare(`PRAGMA quick_check(${table})`).all() as { quick_check: string }[];
    if (found?.quick_check !== 'ok') throw corrupt(path, `damage in ${table} (${found?.quick_check})`);
  }
}
