import type { DatabaseSync } from 'node:sqlite';
import type { SpendEntry } from '../../core/run/spent.ts';
import { documents } from './rows.ts';

/** One row of the ledger: what was spent under these keys in a quarter of an hour. */
export const SPEND_TABLE = `CREATE TABLE spend (
     run TEXT NOT NULL, attempt INTEGER NOT NULL, recovery INTEGER NOT NULL, account TEXT NOT NULL, model TEXT NOT NULL,
     quarter INTEGER NOT NULL, input REAL NOT NULL, output REAL NOT NULL, cache_read REAL NOT NULL, cache_write REAL NOT NULL,
     reasoning REAL, stated REAL NOT NULL, computed REAL NOT NULL, unpriced REAL NOT NULL,
     PRIMARY KEY (run, attempt, recovery, account, model, quarter)) WITHOUT ROWID;
   CREATE INDEX spend_by_quarter ON spend (quarter);`;

/** What the ledger knows under one set of keys. An empty model is an unknown one. */
export interface SpendRow {
  readonly run: string;
  readonly attempt: number;
  /** 0 if the attempt itself spent it. */
  readonly recovery: number;
  readonly account: string;
  readonly model: string;
  readonly quarter: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number | null;
  readonly stated: number;
  readonly computed: number;
  readonly unpriced: number;
}

/** Of one run only, and from a quarter of an hour on. */
export interface SpendWanted {
  readonly run?: string;
  readonly fromQuarter?: number;
}

/** The rows of the ledger, oldest first. Throws StoreError. */
export function readSpend(db: DatabaseSync, path: string, { run, fromQuarter = 0 }: SpendWanted = {}): SpendRow[] {
  const columns = 'run, attempt, recovery, account, model, quarter, input, output, reasoning, stated, computed, unpriced';
  const which = run === undefined ? '' : ' AND run = ?';
  const sql = `SELECT ${columns}, cache_read AS cacheRead, cache_write AS cacheWrite FROM spend
    WHERE quarter >= ?${which} ORDER BY quarter, run, attempt, recovery, model`;
  const values = run === undefined ? [fromQuarter] : [fromQuarter, run];
  return documents(
    path,
    () => db.prepare(sql),
    values,
    (row: SpendRow) => row,
  );
}

/** Rows of runs that are ended or removed are kept as long as a journal. */
const KEPT_QUARTERS = 90 * 24 * 4;

/**
 * The last quarters in which anything was spent, at least two days: known also to a watchdog that
 * starts while the clock is wrong.
 */
const LAST_QUARTERS = 'SELECT DISTINCT quarter FROM spend ORDER BY quarter DESC LIMIT 192';

export const spendStatements = (db: DatabaseSync) => {
  const add = db.prepare(
    `INSERT INTO spend (run, attempt, recovery, account, model, quarter, input, output, cache_read, cache_write, reasoning, stated, computed, unpriced)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET input = input + excluded.input, output = output + excluded.output,
       cache_read = cache_read + excluded.cache_read, cache_write = cache_write + excluded.cache_write,
       reasoning = coalesce(reasoning + excluded.reasoning, excluded.reasoning, reasoning), stated = stated + excluded.stated,
       computed = computed + excluded.computed, unpriced = unpriced + excluded.unpriced`,
  );
  const since = db.prepare(
    `SELECT quarter, sum(stated) + sum(computed) AS usd, sum(unpriced) AS unpriced FROM spend
     WHERE quarter >= min(?, (SELECT min(quarter) FROM (${LAST_QUARTERS}))) GROUP BY quarter`,
  );
  const forget = db.prepare(
    'DELETE FROM spend WHERE quarter < (SELECT max(quarter) FROM spend) - ? AND run NOT IN (SELECT id FROM runs WHERE active = 1)',
  );
  return {
    add({ run, attempt, recovery, account, quarter, amount }: SpendEntry): void {
      const { model, tokens, statedUsd, computedUsd, unpriced } = amount;
      const { input, output, cacheRead, cacheWrite, reasoning = null } = tokens;
      const keys = [run, attempt, recovery ?? 0, account, model ?? '', quarter] as const;
      add.run(...keys, input, output, cacheRead, cacheWrite, reasoning, statedUsd, computedUsd, unpriced);
    },
    since,
    forget: () => forget.run(KEPT_QUARTERS),
  };
};
