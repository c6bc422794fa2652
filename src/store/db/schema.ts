import type { DatabaseSync } from 'node:sqlite';
import { corrupt, StoreError } from '../directory/error.ts';
import { WINDOWS_TABLE } from './account-rows.ts';
import { FLEET_TABLES } from './fleet-rows.ts';
import { REMOVED_TABLE } from './removed-rows.ts';
import { SPEND_TABLE } from './spend-rows.ts';

/** "dogw" in ASCII: distinguishes the file from other programs' databases. */
const APPLICATION_ID = 0x64_6f_67_77;

/**
 * Each step migrates the schema from the version that is its index to the next. Steps are only ever
 * added.
 */
const STEPS = [
  `CREATE TABLE runs (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, generation INTEGER NOT NULL, state TEXT NOT NULL, active INTEGER NOT NULL, document TEXT NOT NULL);
   CREATE UNIQUE INDEX runs_by_name ON runs (name, generation);
   CREATE INDEX runs_active ON runs (id) WHERE active = 1;
   CREATE TABLE journal (
     seq INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), boot TEXT NOT NULL, observation TEXT NOT NULL,
     before TEXT, after TEXT NOT NULL, because TEXT NOT NULL, actions TEXT NOT NULL);
   CREATE INDEX journal_by_run ON journal (run, seq);
   CREATE TABLE actions (
     id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), seq INTEGER NOT NULL, fence INTEGER NOT NULL, kind TEXT NOT NULL,
     document TEXT NOT NULL, settled TEXT);
   CREATE INDEX actions_by_run ON actions (run, seq);
   CREATE INDEX actions_unsettled ON actions (seq) WHERE settled IS NULL;
   CREATE TABLE replies (number INTEGER PRIMARY KEY, request TEXT NOT NULL UNIQUE, accepted INTEGER NOT NULL, message TEXT NOT NULL);
   CREATE TABLE lease (
     one INTEGER PRIMARY KEY CHECK (one = 1), fence INTEGER NOT NULL, boot TEXT, pid INTEGER, ticks INTEGER, wall REAL, mono REAL);
   INSERT INTO lease (one, fence) VALUES (1, 0);`,
  'CREATE TABLE account_holds (account TEXT PRIMARY KEY, document TEXT NOT NULL);',
  `CREATE TABLE engines (
     engine TEXT PRIMARY KEY, endpoint TEXT NOT NULL, since REAL NOT NULL, wall REAL NOT NULL, mono REAL NOT NULL, boot TEXT NOT NULL);
   CREATE TABLE images (
     engine TEXT NOT NULL, image TEXT NOT NULL, first_seen REAL NOT NULL, used REAL, why TEXT, PRIMARY KEY (engine, image)) WITHOUT ROWID;
   CREATE TABLE image_gaps (engine TEXT NOT NULL, since REAL NOT NULL, until REAL NOT NULL, why TEXT NOT NULL);`,
  `CREATE TABLE host (one INTEGER PRIMARY KEY CHECK (one = 1), document TEXT NOT NULL);
   CREATE TABLE host_journal (
     seq INTEGER PRIMARY KEY, boot TEXT NOT NULL, observation TEXT NOT NULL, because TEXT NOT NULL, actions TEXT NOT NULL);`,
  'CREATE TABLE notices (id TEXT PRIMARY KEY, document TEXT NOT NULL);',
  // The decision's input, as changes since the run's previous row, or null if an older dogwatch
  // wrote the row and did not keep it.
  'ALTER TABLE journal ADD COLUMN given TEXT;',
  // When the wall clock advanced while no watchdog was running, or null if the row was written by a
  // dogwatch that aged images by the wall clock.
  'ALTER TABLE engines ADD COLUMN shifts TEXT;',
  // What happened to the run, for programs, or null if nothing did, or if the row was written by a
  // dogwatch that described it only in words.
  'ALTER TABLE journal ADD COLUMN events TEXT;',
  // What runs spent. What a dogwatch without it counted is unknown.
  SPEND_TABLE,
  REMOVED_TABLE,
  // How much of each account's usage windows is used. A dogwatch without it took no note.
  WINDOWS_TABLE,
  // What this host's fleet was sent. A dogwatch without it has no fleet.
  FLEET_TABLES,
] as const;

/**
 * Migrates a database to this program's version. A newer one, or another program's, is refused and
 * left untouched.
 */
export function prepareSchema(db: DatabaseSync, path: string): void {
  if (isCurrent(db, path)) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been faster.
    if (!isCurrent(db, path)) {
      for (const step of STEPS.slice(facts(db).found)) db.exec(step);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${STEPS.length}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Returns true if an older dogwatch made it. Throws like `isCurrent`. */
export const isOlder = (db: DatabaseSync, path: string): boolean => !isCurrent(db, path) && facts(db).found > 0;

/** Returns false if it is empty or older. Throws if it cannot become a database of this program. */
export function isCurrent(db: DatabaseSync, path: string): boolean {
  const { owner, found, objects } = facts(db);
  if (owner !== APPLICATION_ID && !(objects === 0 && owner === 0 && found === 0)) throw corrupt(path, 'a database of another program');
  if (found > STEPS.length) {
    const message = `the state in ${path} was written by a newer dogwatch: expected version ${STEPS.length} or older, got ${found}. Use that dogwatch, or another DOGWATCH_STATE_DIR`;
    throw new StoreError('newer', message);
  }
  return found === STEPS.length;
}

/** A single statement, so that all values are from the same moment. */
const facts = (db: DatabaseSync) =>
  db
    .prepare(
      `SELECT (SELECT application_id FROM pragma_application_id) AS owner, (SELECT user_version FROM pragma_user_version) AS found,
         (SELECT count(*) FROM sqlite_schema) AS objects`,
    )
    .get() as { owner: number; found: number; objects: number };
