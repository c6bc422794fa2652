import type { Run } from '../model/run.ts';
import { type Amount, type Amounts, minus } from '../spend/amount.ts';
import { quarterOf } from '../spend/quarters.ts';

/**
 * What an observation added to the ledger of spend. Amounts can be negative: a total that the agent
 * states replaces what was computed before it.
 */
export interface SpendEntry {
  readonly run: string;
  readonly attempt: number;
  /** The recovery agent that spent it, or null if the attempt itself did. */
  readonly recovery: number | null;
  readonly account: string;
  /** The quarter of an hour in which it was counted, since the epoch. It never changes. */
  readonly quarter: number;
  readonly amount: Amount;
}

const NONE: readonly SpendEntry[] = [];

/** What was spent between a run before and after an observation at this time. */
export function entriesOf(before: Run | null, after: Run, atWall: number): readonly SpendEntry[] {
  if (after.spend === undefined || after.spend === before?.spend) return NONE;
  const mended = minus(after.spend.recoveries, before?.spend?.recoveries ?? []);
  const all = minus(after.spend.amounts, before?.spend?.amounts ?? []);
  const base = { run: after.id, attempt: after.attempt?.number ?? 0, quarter: quarterOf(atWall) };
  const as = (amounts: Amounts, account: string, recovery: number | null) =>
    amounts.map((amount): SpendEntry => ({ ...base, recovery, account, amount }));
  const { recovery, spec } = after;
  return [...as(minus(all, mended), spec.account, null), ...(recovery === null ? [] : as(mended, recovery.spec.account, recovery.number))];
}
