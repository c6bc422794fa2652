import { chmodSync, copyFileSync, existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncToDisk } from '../system/file/sync-to-disk.ts';
import { UNFINISHED, writeAtomically } from '../system/file/write-atomically.ts';
import { inspect, withOpenLock } from './db/database.ts';
import { isCurrent, prepareSchema } from './db/schema.ts';
import { StoreError, storeError } from './directory/error.ts';
import type { Layout } from './directory/layout.ts';
import { prepareStateDirectory } from './directory/prepare.ts';
import { replaceDatabase } from './directory/replace-database.ts';

/** The part of a backup that is not in the state's tables: the files with the runs' variables. */
const ENVIRONMENTS = 'CREATE TABLE kept_environments (file TEXT PRIMARY KEY, text TEXT NOT NULL)';
const FREE_LEASE = 'UPDATE lease SET fence = fence + 1, boot = NULL, pid = NULL, ticks = NULL, wall = NULL, mono = NULL';

export interface BackedUp {
  readonly runs: number;
  readonly environments: number;
}

/**
 * Writes the complete state, as of one moment, into one new file for this user only, even while a
 * watchdog is running. A damaged state is refused. Throws StoreError, or the filesystem's error
 * (EEXIST) if the file exists already.
 */
export function backUp(where: Layout, file: string): BackedUp {
  const unfinished = `${file}.${process.pid}.new`;
  try {
    writeFileSync(unfinished, '', { mode: 0o600, flag: 'wx' });
    copyDatabase(where.database, unfinished);
    const kept = withDatabase(unfinished, (db) => {
      db.exec(`${ENVIRONMENTS}; ${FREE_LEASE}`);
      const keep = db.prepare('INSERT INTO kept_environments (file, text) VALUES (?, ?)');
      for (const [name, text] of environments(where)) keep.run(name, text);
      return { runs: count(db, 'runs'), environments: count(db, 'kept_environments') };
    });
    syncToDisk(unfinished);
    linkSync(unfinished, file);
    return kept;
  } finally {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${unfinished}${end}`, { force: true });
  }
}

/**
 * Returns the ids of the runs in a backup. Throws StoreError if the file is not a backup, is
 * damaged, or was made by a newer dogwatch.
 */
export function runsInBackup(file: string): readonly string[] {
  try {
    return reading(file, (db) => {
      isCurrent(db, file);
      if (!isBackup(db)) throw new StoreError('corrupt', 'a database of another kind');
      inspect(db, file, 'thoroughly');
      return (db.prepare('SELECT id FROM runs ORDER BY id').all() as { id: string }[]).map(({ id }) => id);
    });
  } catch (error) {
    throw error instanceof StoreError && error.kind === 'corrupt' ? notABackup(file, error.message) : error;
  }
}

const notABackup = (file: string, got: string): StoreError =>
  new StoreError('corrupt', `${file} can't be restored: expected a complete file made by \`dogwatch backup\`, got: ${got}`);

/**
 * Puts a backup in place. The old files are kept in the directory `aside`; variables of runs that
 * still exist are left as they are.
 */
export function restoreBackup(where: Layout, file: string, aside: string): void {
  prepareStateDirectory(where);
  const replacement = { from: file, aside, damage: null, at: new Date().toISOString() };
  withOpenLock(where, () => replaceDatabase(where, replacement, (path) => makeFromBackup(where, file, path)));
}

/** Makes a database from a backup, and restores the runs' variables that are missing. */
export function makeFromBackup(where: Layout, file: string, path: string): void {
  copyFileSync(file, path);
  chmodSync(path, 0o600);
  withDatabase(path, (db) => {
    const rows = db.prepare('SELECT file, text FROM kept_environments').all() as { file: string; text: string }[];
    for (const row of rows) putBack(join(where.environments, row.file), row.text);
    db.exec(`DROP TABLE kept_environments; ${FREE_LEASE}`);
    prepareSchema(db, path);
  });
}

/** VACUUM INTO reads a single moment and omits free pages. */
function copyDatabase(from: string, to: string): void {
  reading(from, (db) => {
    inspect(db, from);
    db.prepare('VACUUM INTO ?').run(to);
  });
}

export function reading<T>(path: string, look: (db: DatabaseSync) => T): T {
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    try {
      return look(db);
    } finally {
      db.close();
    }
  } catch (error) {
    throw storeError(error, path);
  }
}

const BUSY_MS = 5000;

function withDatabase<T>(path: string, change: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path);
  try {
    return change(db);
  } finally {
    db.close();
  }
}

const count = (db: DatabaseSync, table: string): number =>
  (db.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number }).rows;

const isBackup = (db: DatabaseSync): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'kept_environments'").get() !== undefined;

function* environments(where: Layout): Generator<readonly [string, string]> {
  for (const name of existsSync(where.environments) ? readdirSync(where.environments).filter((one) => !one.startsWith(UNFINISHED)) : []) {
    try {
      yield [name, readFileSync(join(where.environments, name), 'utf8')];
    } catch (error) {
      // A run that completed meanwhile no longer needs it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

function putBack(path: string, text: string): void {
  if (!existsSync(path)) writeAtomically(path, text);
}
