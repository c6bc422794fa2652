import { DatabaseSync } from 'node:sqlite';
import type { AccountHold } from '../core/account/hold.ts';
import type { AccountWindow } from '../core/account/window.ts';
import type { Host } from '../core/host/state.ts';
import type { EngineLedger } from '../core/images/image.ts';
import type { Reply } from '../core/model/reply.ts';
import type { Run } from '../core/model/run.ts';
import type { Notice } from '../core/notices/notice.ts';
import { isAlive } from '../system/process/process.ts';
import { inspect } from './db/database.ts';
import { HAPPENINGS, type HappeningRow, type HostRow, happeningRow, hostRow, type JournalRow, journalRow } from './db/journal-rows.ts';
import { documentOf, documents, readable } from './db/rows.ts';
import { damagedRow, type RunRow, readableRun, type UnreadableRun } from './db/run-row.ts';
import { isCurrent, isOlder, prepareSchema } from './db/schema.ts';
import { readSpend, type SpendRow, type SpendWanted } from './db/spend-rows.ts';
import { LAST_SEQ } from './db/statements.ts';
import { fileAt, isThere } from './directory/database-file.ts';
import { StoreError, storeError } from './directory/error.ts';
import type { Layout } from './directory/layout.ts';
import { readLedger } from './image-ledger.ts';
import { type LeaseHolder, readLease } from './lease/row.ts';
import { readNotices } from './notice-outbox.ts';
import { EMPTY, type Reader } from './reads.ts';

export type { HostRow, JournalRow } from './db/journal-rows.ts';
export type { SpendRow } from './db/spend-rows.ts';
export type { Reader } from './reads.ts';

const JOURNAL = 'SELECT seq, run, boot, observation, before, after, because, actions, given, events FROM journal';
const HOST_JOURNAL = 'SELECT seq, observation, because, actions FROM host_journal';

/** Rows of history per query, unless another limit is given. */
const HISTORY_ROWS = 1000;
/** A reader waits only while the last writer closes the database. */
const BUSY_MS = 1000;

/** Opens the state for reading, or an empty one if there is none yet. Throws StoreError. */
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

/** A watchdog of an older dogwatch keeps its schema: nobody migrates the state under it. */
function refuseHeld(db: DatabaseSync, path: string): void {
  const { holder } = readLease(db);
  if (holder === null || !isAlive(holder)) return;
  const message = `the state in ${path} belongs to an older dogwatch, whose watchdog (process ${holder.pid}) is running. \`dogwatch watch --replace\` takes over from it (if it is a service, restart that); the agents keep running`;
  throw new StoreError('older', message);
}

/** Nobody holds it, so it is migrated here, as the next watchdog would do. */
function broughtUpToDate(path: string): Reader {
  const writable = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    prepareSchema(writable, path);
  } finally {
    writable.close();
  }
  return new SqliteReader(new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS }), path);
}

class SqliteReader implements Reader {
  #opened: DatabaseSync;
  #file: string | null;
  readonly #path: string;
  #leftOut = 0;

  constructor(db: DatabaseSync, path: string) {
    this.#opened = db;
    this.#path = path;
    this.#file = fileAt(path);
  }

  /** A reader may be open for days: it switches to a copy that replaces a damaged database. */
  get #db(): DatabaseSync {
    const now = fileAt(this.#path);
    if (now === null || now === this.#file) return this.#opened;
    const db = new DatabaseSync(this.#path, { readOnly: true, timeout: BUSY_MS });
    this.#opened.close();
    this.#opened = db;
    this.#file = now;
    return db;
  }

  inspect(): void {
    try {
      inspect(this.#db, this.#path);
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }

  runs(): Run[] {
    return this.newest().runs;
  }

  newest(): { runs: Run[]; unreadable: UnreadableRun[] } {
    // The newest ones are found in the index alone; otherwise the document of each generation would
    // be read.
    const sql = `SELECT id, name, state, document FROM (SELECT name, max(generation) AS generation FROM runs GROUP BY name)
      JOIN runs USING (name, generation) ORDER BY name`;
    const found = { runs: [] as Run[], unreadable: [] as UnreadableRun[] };
    for (const row of this.#rows(sql, [], (one: RunRow) => one)) {
      const run = readableRun(row);
      if (run !== null) found.runs.push(run);
      else found.unreadable.push({ id: row.id, name: row.name, state: row.state });
    }
    return found;
  }

  run(nameOrId: string): Run | null {
    const [byName] = this.#runs('SELECT id, name, state, document FROM runs WHERE name = ? ORDER BY generation DESC LIMIT 1', nameOrId);
    return byName ?? this.byId(nameOrId);
  }

  byId(id: string): Run | null {
    return this.#runs('SELECT id, name, state, document FROM runs WHERE id = ?', id)[0] ?? null;
  }

  knows(id: string): boolean {
    const sql = 'SELECT 1 FROM runs WHERE id = ?1 UNION ALL SELECT 1 FROM removed_runs WHERE id = ?1';
    return this.#rows(sql, [id], () => true).length > 0;
  }

  everyRun(): Run[] {
    return this.#rows('SELECT id, document FROM runs ORDER BY rowid', [], (row: RunRow) => row).flatMap((row) => readableRun(row) ?? []);
  }

  lastRemoved(name: string): number {
    const sql = 'SELECT coalesce(max(generation), 0) AS last FROM removed_runs WHERE name = ?';
    return this.#rows(sql, [name], ({ last }: { last: number }) => last)[0] ?? 0;
  }

  history(runId: string, { limit = HISTORY_ROWS, afterSeq }: { limit?: number; afterSeq?: number } = {}): JournalRow[] {
    if (afterSeq !== undefined)
      return this.#readable(`${JOURNAL} WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?`, [runId, afterSeq, limit], journalRow);
    return this.#readable(`${JOURNAL} WHERE run = ? ORDER BY seq DESC LIMIT ?`, [runId, limit], journalRow).reverse();
  }

  hostHistory(limit = HISTORY_ROWS): HostRow[] {
    return this.#readable(`${HOST_JOURNAL} ORDER BY seq DESC LIMIT ?`, [limit], hostRow).reverse();
  }

  decisions(afterSeq: number, limit: number): (JournalRow | HostRow)[] {
    const ofRuns = this.#readable(`${JOURNAL} WHERE seq > ? ORDER BY seq LIMIT ?`, [afterSeq, limit], journalRow);
    const ofHost = this.#readable(`${HOST_JOURNAL} WHERE seq > ? ORDER BY seq LIMIT ?`, [afterSeq, limit], hostRow);
    return [...ofRuns, ...ofHost].sort((a, b) => a.seq - b.seq).slice(0, limit);
  }

  happenings(sinceWall: number): HappeningRow[] {
    return this.#readable(HAPPENINGS, [sinceWall], happeningRow);
  }

  lastSeq(): number {
    return this.#rows(LAST_SEQ, [], ({ seq }: { seq: number }) => seq)[0] ?? 0;
  }

  decisionsAfter(afterSeq: number): number {
    const sql = 'SELECT (SELECT count(*) FROM journal WHERE seq > ?1) + (SELECT count(*) FROM host_journal WHERE seq > ?1) AS count';
    return this.#rows(sql, [afterSeq], ({ count }: { count: number }) => count)[0] ?? 0;
  }

  leftOut(): number {
    return this.#leftOut;
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

  spend(wanted?: SpendWanted): SpendRow[] {
    return readSpend(this.#db, this.#path, wanted);
  }

  notices(): Notice[] {
    return readNotices(this.#db, this.#path);
  }

  accountHolds(): AccountHold[] {
    return this.#readable('SELECT document FROM account_holds', [], documentOf<AccountHold[]>).flat();
  }

  accountWindows(): AccountWindow[] {
    const sql = 'SELECT document FROM account_windows';
    return this.#readable(sql, [], documentOf<AccountWindow[]>).flat();
  }

  host(): Host | null {
    return this.#readable('SELECT document FROM host', [], documentOf<Host>)[0] ?? null;
  }

  version(): string {
    const sql = 'SELECT data_version AS version FROM pragma_data_version';
    const [version] = this.#rows(sql, [], (row: { version: number }) => row.version);
    return `${this.#file} ${version}`;
  }

  close(): void {
    this.#opened.close();
  }

  #readable<Row, T>(sql: string, parameters: (string | number)[], as: (row: Row) => T): T[] {
    return readable(
      this.#path,
      () => this.#db.prepare(sql),
      parameters,
      as,
      () => {
        this.#leftOut += 1;
      },
    );
  }

  #runs(sql: string, ...parameters: string[]): Run[] {
    return this.#rows(sql, parameters, (row: RunRow): Run => readableRun(row) ?? damagedRow(row, this.#path));
  }

  #rows<Row, T>(sql: string, parameters: (string | number)[], as: (row: Row) => T): T[] {
    return documents(this.#path, () => this.#db.prepare(sql), parameters, as);
  }
}
