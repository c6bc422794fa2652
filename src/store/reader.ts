import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { RunEvent } from '../core/events.ts';
import type { HostAction, HostObservation } from '../core/host-types.ts';
import type { EngineLedger } from '../core/image-types.ts';
import type { Notice } from '../core/notices.ts';
import type { Patch } from '../core/patch.ts';
import type { Reply } from '../core/reply.ts';
import type { Run } from '../core/run.ts';
import type { Action, Observation, RunState } from '../core/types.ts';
import { isAlive } from '../system/process.ts';
import { inspect } from './database.ts';
import { documents } from './documents.ts';
import { readLedger } from './image-ledger.ts';
import type { Layout } from './layout.ts';
import { type LeaseHolder, readLease } from './lease-row.ts';
import { readNotices } from './notice-outbox.ts';
import { isCurrent, isOlder, prepareSchema } from './schema.ts';
import { StoreError, storeError } from './store-error.ts';

/** One decision that changed something. */
export interface JournalRow {
  readonly seq: number;
  readonly run: string;
  readonly bootId: string;
  readonly observation: Observation;
  readonly from: RunState | null;
  readonly to: RunState;
  /** Why, in words: for people alone. */
  readonly because: string;
  /** What happened to the run. */
  readonly events: readonly RunEvent[];
  readonly actions: readonly Action[];
  /** What it began from, as changes since the row before (`KeptGiven`); null: it was not kept. */
  readonly given: Patch | null;
}

/** One decision about the machine. */
export interface HostRow {
  readonly seq: number;
  readonly observation: HostObservation;
  readonly because: string;
  readonly actions: readonly HostAction[];
}

/** What commands see of the state. Each question is one short read: it neither waits for the watchdog nor makes it wait, be it stopped or not. */
export interface Reader {
  /** Looks for damage as a watchdog does that opens the state. Throws StoreError where there is some. */
  inspect(): void;
  /** The newest run of each name, by name. */
  runs(): Run[];
  /** The newest run of this name, else the run with this id. */
  run(nameOrId: string): Run | null;
  byId(id: string): Run | null;
  /** Oldest first: the first rows after `afterSeq`, or without it the newest ones. */
  history(runId: string, wanted?: { readonly limit?: number; readonly afterSeq?: number }): JournalRow[];
  /** The same for what was decided about the machine: the newest rows, oldest first. */
  hostHistory(limit?: number): HostRow[];
  reply(request: string): Reply | null;
  lease(): LeaseHolder | null;
  /** What is known of an engine's images; null: nothing yet. */
  imageLedger(engine: string): EngineLedger | null;
  /** Those that are not settled, oldest first. */
  notices(): Notice[];
  close(): void;
}

/** Rows of history at once, where nobody asks for another number. */
const HISTORY_ROWS = 1000;
/** A reader waits only while the last writer closes. */
const BUSY_MS = 1000;

/** Opens the state to look at it; where there is none yet, it is empty. Throws StoreError; on a full disk the snapshot is still readable. */
export function openReader(where: Layout): Reader {
  const path = where.database;
  if (!isThere(path)) return EMPTY;
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    try {
      if (isCurrent(db, path)) return new SqliteReader(db, path);
      const wasOlder = isOlder(db, path);
      if (wasOlder) refuseHeld(db, path);
      db.close();
      return wasOlder ? broughtUpToDate(path) : EMPTY;
    } catch (error) {
      if (db.isOpen) db.close();
      throw error;
    }
  } catch (error) {
    throw storeError(error, path);
  }
}

/** A watchdog of an older dogwatch goes on in its own way: nobody changes the state under it. */
function refuseHeld(db: DatabaseSync, path: string): void {
  const { holder } = readLease(db);
  if (holder === null || !isAlive(holder)) return;
  const message = `the state in ${path} is written by an older dogwatch, whose watchdog (process ${holder.pid}) is at work. \`dogwatch watch --replace\` takes over from it (where it is a service, restart that); the agents live on`;
  throw new StoreError('older', message);
}

/** Nobody has it: it is brought to the present version here, as the next watchdog would do it. */
function broughtUpToDate(path: string): Reader {
  const writable = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    prepareSchema(writable, path);
  } finally {
    writable.close();
  }
  return new SqliteReader(new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS }), path);
}

/** Only what is known not to be there is nothing: a directory that can't be looked into may have runs. */
function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw storeError(error, path);
  }
}

const EMPTY: Reader = {
  inspect: () => {},
  runs: () => [],
  run: () => null,
  byId: () => null,
  history: () => [],
  hostHistory: () => [],
  reply: () => null,
  lease: () => null,
  imageLedger: () => null,
  notices: () => [],
  close: () => {},
};

class SqliteReader implements Reader {
  readonly #db: DatabaseSync;
  readonly #path: string;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
  }

  inspect(): void {
    try {
      inspect(this.#db, this.#path);
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }

  runs(): Run[] {
    // The newest are found in the index alone: a document of each generation would be read otherwise.
    return this.#runs(
      `SELECT document FROM (SELECT name, max(generation) AS generation FROM runs GROUP BY name) JOIN runs USING (name, generation) ORDER BY name`,
    );
  }

  run(nameOrId: string): Run | null {
    const [byName] = this.#runs('SELECT document FROM runs WHERE name = ? ORDER BY generation DESC LIMIT 1', nameOrId);
    return byName ?? this.byId(nameOrId);
  }

  byId(id: string): Run | null {
    return this.#runs('SELECT document FROM runs WHERE id = ?', id)[0] ?? null;
  }

  history(runId: string, { limit = HISTORY_ROWS, afterSeq }: { limit?: number; afterSeq?: number } = {}): JournalRow[] {
    const columns = 'SELECT seq, run, boot, observation, before, after, because, actions, given, events FROM journal';
    if (afterSeq !== undefined)
      return this.#rows(`${columns} WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?`, [runId, afterSeq, limit], journalRow);
    return this.#rows(`${columns} WHERE run = ? ORDER BY seq DESC LIMIT ?`, [runId, limit], journalRow).reverse();
  }

  hostHistory(limit = HISTORY_ROWS): HostRow[] {
    const columns = 'SELECT seq, observation, because, actions FROM host_journal';
    return this.#rows(`${columns} ORDER BY seq DESC LIMIT ?`, [limit], hostRow).reverse();
  }

  reply(request: string): Reply | null {
    const as = ({ accepted, message }: { accepted: number; message: string }): Reply => ({ request, accepted: accepted === 1, message });
    return this.#rows('SELECT accepted, message FROM replies WHERE request = ?', [request], as)[0] ?? null;
  }

  lease(): LeaseHolder | null {
    try {
      return readLease(this.#db).holder;
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }

  imageLedger(engine: string): EngineLedger | null {
    return readLedger(this.#db, this.#path, engine);
  }

  notices(): Notice[] {
    return readNotices(this.#db, this.#path);
  }

  close(): void {
    this.#db.close();
  }

  #runs(sql: string, ...parameters: string[]): Run[] {
    return this.#rows(sql, parameters, ({ document }: { document: string }): Run => JSON.parse(document));
  }

  #rows<Row, T>(sql: string, parameters: (string | number)[], as: (row: Row) => T): T[] {
    return documents(this.#path, () => this.#db.prepare(sql), parameters, as);
  }
}

const hostRow = ({ seq, observation, because, actions }: Omit<Columns, 'run' | 'boot' | 'before' | 'after' | 'given'>): HostRow => ({
  seq,
  observation: JSON.parse(observation),
  because,
  actions: JSON.parse(actions),
});

interface Columns {
  readonly seq: number;
  readonly run: string;
  readonly boot: string;
  readonly observation: string;
  readonly before: RunState | null;
  readonly after: RunState;
  readonly because: string;
  readonly actions: string;
  readonly given: string | null;
  readonly events: string | null;
}

const journalRow = ({ seq, run, boot, observation, before, after, because, actions, given, events }: Columns): JournalRow => ({
  seq,
  run,
  bootId: boot,
  observation: JSON.parse(observation),
  from: before,
  to: after,
  because,
  actions: JSON.parse(actions),
  given: given === null ? null : JSON.parse(given),
  events: events === null ? [] : JSON.parse(events),
});
