import type { Observation } from '../model/facts.ts';
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

/** What was spent between a run before and after an observation. */
export function entriesOf(before: Run | null, after: Run, seen: Observation): readonly SpendEntry[] {
  if (after.spend === undefined || after.spend === before?.spend) return NONE;
  const mended = minus(after.spend.recoveries, before?.spend?.recoveries ?? []);
  const all = minus(after.spend.amounts, before?.spend?.amounts ?? []);
  const base = { run: after.id, attempt: spenderOf(seen) ?? after.attempt?.number ?? 0, quarter: quarterOf(seen.at.wall) };
  const as = (amounts: Amounts, account: string, recovery: number | null) =>
    amounts.map((amount): SpendEntry => ({ ...base, recovery, account, amount }));
  const { recovery, spec } = after;
  return [...as(minus(all, mended), spec.account, null), ...(recovery === null ? [] : as(mended, recovery.spec.account, recovery.number))];
}

/** The attempt whose lines were read: it may be an earlier one. Null if none were. */
const spenderOf = (seen: Observation): number | null => (seen.kind === 'log.read' || seen.kind === 'journal.read' ? seen.attempt : null);
