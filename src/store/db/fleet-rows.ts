import type { DatabaseSync } from 'node:sqlite';
import type { Outbox, OutboxRow } from '../../core/fleet/outbox.ts';
import type { Run } from '../../core/model/run.ts';
import { documents } from './rows.ts';
import { type RunRow, readableRun } from './run-row.ts';

/** What the fleet is sent of the runs, one row a key, and up to where: one row. */
export const FLEET_TABLES = `CREATE TABLE fleet_rows (
     key TEXT PRIMARY KEY, number INTEGER NOT NULL, document TEXT NOT NULL, posted INTEGER NOT NULL, doubtful INTEGER NOT NULL,
     rev INTEGER NOT NULL, known_rev INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE fleet_outbox (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL, engine TEXT);`;

/** The outbox of a fleet as far as it outlives a program. */
type StoredOutbox = Pick<Outbox, 'last' | 'rows' | 'engine'>;

/** For the holder of the lease. Its methods throw StoreError. */
export interface FleetOutbox {
  /** An empty one if nothing is stored. */
  read(): StoredOutbox;
  /**
   * Stores these rows of it. The latest may be lost on a power failure, but not with this process:
   * what is sent counts on from what the engine has.
   */
  keep(changed: StoredOutbox): void;
  /**
   * The places of the newest run of each name, newest first. They are found in an index alone: no
   * document is read.
   */
  places(): readonly number[];
  /** The run at a place, or null if there is none (any more), or none that can be read. */
  runAt(place: number): Run | null;
}

/** Of more runs than this the oldest are not sent. */
const MOST_RUNS = 2000;

/** `transact` makes one transaction of what it is given. Nothing is prepared without a fleet. */
export const fleetOutbox = (db: DatabaseSync, path: string, transact: (write: () => void) => void): FleetOutbox => ({
  read() {
    const outbox = () => db.prepare('SELECT last, engine FROM fleet_outbox');
    const rows = () => db.prepare('SELECT key, number, document, posted, doubtful, rev, known_rev AS known FROM fleet_rows');
    const [about = { last: 0, engine: null }] = documents(path, outbox, [], (one: Pick<Outbox, 'last' | 'engine'>) => one);
    return { ...about, rows: new Map(documents(path, rows, [], inMemory)) };
  },
  keep({ last, engine, rows }) {
    transact(() => {
      const keepRow = db.prepare(
        `INSERT INTO fleet_rows (key, number, document, posted, doubtful, rev, known_rev) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET number = excluded.number, document = excluded.document, posted = excluded.posted,
           doubtful = excluded.doubtful, rev = excluded.rev, known_rev = excluded.known_rev`,
      );
      for (const [key, { number, document, isPosted, isDoubtful, rev, knownRev }] of rows)
        keepRow.run(key, number, document, Number(isPosted), Number(isDoubtful), rev, knownRev);
      const keepOutbox = `INSERT INTO fleet_outbox (one, last, engine) VALUES (1, ?, ?)
         ON CONFLICT (one) DO UPDATE SET last = excluded.last, engine = excluded.engine`;
      db.prepare(keepOutbox).run(last, engine);
    });
  },
  places: () =>
    documents(
      path,
      () =>
        db.prepare(
          `SELECT r.rowid AS place FROM (SELECT name, max(generation) AS generation FROM runs GROUP BY name)
             JOIN runs r USING (name, generation) ORDER BY place DESC LIMIT ${MOST_RUNS}`,
        ),
      [],
      ({ place }: { place: number }) => place,
    ),
  runAt: (place) =>
    documents(
      path,
      () => db.prepare('SELECT id, name, state, document FROM runs WHERE rowid = ?'),
      [place],
      (row: RunRow) => readableRun(row),
    )[0] ?? null,
});

interface Row {
  readonly key: string;
  readonly number: number;
  readonly document: string;
  readonly posted: number;
  readonly doubtful: number;
  readonly rev: number;
  readonly known: number;
}

const inMemory = ({ key, number, document, posted, doubtful, rev, known }: Row): readonly [string, OutboxRow] => [
  key,
  { number, document, isPosted: posted === 1, isDoubtful: doubtful === 1, rev, knownRev: known },
];
