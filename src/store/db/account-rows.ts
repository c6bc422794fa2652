import type { DatabaseSync } from 'node:sqlite';
import type { RunDecision } from '../../core/decision.ts';
import { documentOf } from './rows.ts';

/** A row of what is known of an account: its holds or its usage windows. */
export interface AccountRow {
  readonly account: string;
  readonly document: string;
}

export const WINDOWS_TABLE = 'CREATE TABLE account_windows (account TEXT PRIMARY KEY, document TEXT NOT NULL);';

/** The statements about accounts, prepared once. */
export function accountStatements(db: DatabaseSync) {
  const keep = (table: string) =>
    db.prepare(`INSERT INTO ${table} (account, document) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET document = excluded.document`);
  const [hold, window] = [keep('account_holds'), keep('account_windows')];
  return {
    holds: db.prepare('SELECT account, document FROM account_holds'),
    windows: db.prepare('SELECT account, document FROM account_windows'),
    /** Writes what a decision says about accounts. */
    keep({ run, holds, windows, recoveryHolds }: RunDecision): void {
      if (holds !== null) hold.run(run.spec.account, JSON.stringify(holds));
      if (windows !== null) window.run(run.spec.account, JSON.stringify(windows));
      if (recoveryHolds !== null) hold.run(recoveryHolds.account, JSON.stringify(recoveryHolds.holds));
    },
  };
}

/** What such a row holds. */
export const inAccountRow = <T>(row: AccountRow): T[] => documentOf(row);
