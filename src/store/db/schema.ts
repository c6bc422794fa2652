import type { DatabaseSync } from 'node:sqlite';
import { corrupt, StoreError } from '../directory/error.ts';

/** "dogw" in ASCII: tells the file from other programs' databases. */
const APPLICATION_ID = 0x64_6f_67_77;

/** Each step brings the schema from its index to the next version. Steps are only ever added. */
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
  // What the decision began from, as changes since the row before of its run; null: it was kept by a dogwatch that did not say.
  'ALTER TABLE journal ADD COLUMN given TEXT;',
  // Where the wall clock went on and nobody watched; null: the row was kept by a dogwatch that let images age by the wall clock.
  'ALTER TABLE engines ADD COLUMN shifts TEXT;',
  // What happened to the run, for programs; null: nothing, or the row was kept by a dogwatch that only said it in words.
  'ALTER TABLE journal ADD COLUMN events TEXT;',
] as const;

/** Brings a database to the version that this program writes. A newer one, or one of another program, is refused and not touched. */
export function prepareSchema(db: DatabaseSync, path: string): void {
  if (isCurrent(db, path)) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been quicker.
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

/** True: an older dogwatch has made it. Throws as `isCurrent`. */
export const isOlder = (db: DatabaseSync, path: string): boolean => !isCurrent(db, path) && facts(db).found > 0;

/** False: it is empty or older. Throws where it can't become a database of this program. */
export function isCurrent(db: DatabaseSync, path: string): boolean {
  const { owner, found, objects } = facts(db);
  if (owner !== APPLICATION_ID && !(objects === 0 && owner === 0 && found === 0)) throw corrupt(path, 'a database of another program');
  if (found > STEPS.length) {
    const message = `the state in ${path} was written by a newer dogwatch: expected version ${STEPS.length} or older, got ${found}. Use that dogwatch, or another DOGWATCH_STATE_DIR`;
    throw new StoreError('newer', message);
  }
  return found === STEPS.length;
}

/** One statement, so that it is one moment. */
const facts = (db: DatabaseSync) =>
  db
    .prepare(
      `SELECT (SELECT application_id FROM pragma_application_id) AS owner, (SELECT user_version FROM pragma_user_version) AS found,
         (SELECT count(*) FROM sqlite_schema) AS objects`,
    )
    .get() as { owner: number; found: number; objects: number };
