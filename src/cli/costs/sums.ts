import { type Amount, type Amounts, plus } from '../../core/spend/amount.ts';
import { dayOf, QUARTER_MS } from '../../core/spend/quarters.ts';
import { type CostReport, reportOf, sumOfCosts } from '../../core/spend/report.ts';
import type { SpendRow } from '../../store/reader.ts';

/** What costs can be added up by. */
export const BY = ['run', 'day', 'account', 'model', 'attempt'] as const;
export type By = (typeof BY)[number];

/** What is added up under one name. */
interface CostGroup {
  /** The run, day, account, model or attempt. Null for a model that nobody names. */
  readonly name: string | null;
  readonly cost: CostReport;
}

/** As `costs --json` prints it. */
export interface CostsReport {
  readonly version: 1;
  readonly by: By;
  /** The zone whose days are meant. */
  readonly zone: string;
  /** ISO 8601, UTC, or null for all that is known. */
  readonly since: string | null;
  readonly groups: readonly CostGroup[];
  readonly total: CostReport;
}

/** What must be known of a run besides its rows. */
interface RunName {
  readonly name: string;
  /** Attempts and recovery agents of which something is unknown. */
  readonly untold: number;
}

/** Adds up rows of the ledger; days in order, everything else with the most expensive first. */
export function costsBy(
  rows: readonly SpendRow[],
  { by, zone, runs }: { readonly by: By; readonly zone: string; readonly runs: ReadonlyMap<string, RunName> },
): Pick<CostsReport, 'groups' | 'total'> {
  const named = Map.groupBy(rows, (row) => keyOf(row, by, zone));
  const groups = [...named].map(([key, its]): CostGroup => {
    const [first] = its;
    const run = first === undefined ? undefined : runs.get(first.run);
    return { name: nameOf(key, first, by, run?.name), cost: reportOf(amountsOf(its), by === 'run' ? (run?.untold ?? 0) : 0) };
  });
  const untold = [...new Set(rows.map(({ run }) => run))].reduce((sum, run) => sum + (runs.get(run)?.untold ?? 0), 0);
  const total = { ...sumOfCosts(groups.map(({ cost }) => cost)), untoldAttempts: untold };
  return {
    groups: by === 'day' || by === 'attempt' ? groups : groups.toSorted((one, other) => weight(other.cost) - weight(one.cost)),
    total: { ...total, isComplete: total.isComplete && untold === 0 },
  };
}

function keyOf(row: SpendRow, by: By, zone: string): string {
  switch (by) {
    case 'day':
      return dayOf(row.quarter * QUARTER_MS, zone);
    case 'attempt':
      return `${row.run} ${row.attempt} ${row.recovery}`;
    default:
      return row[by];
  }
}

function nameOf(key: string, row: SpendRow | undefined, by: By, run: string | undefined): string | null {
  if (by === 'model') return key || null;
  if (row === undefined || by === 'day' || by === 'account') return key;
  const name = run ?? row.run;
  if (by === 'run') return name;
  return row.recovery === 0 ? `${name}, attempt ${row.attempt}` : `${name}, recovery ${row.recovery}`;
}

const amountsOf = (rows: readonly SpendRow[]): Amounts => plus(rows.map(amountOf));

const amountOf = ({ model, input, output, cacheRead, cacheWrite, reasoning, stated, computed, unpriced }: SpendRow): Amount => ({
  model: model || null,
  tokens: { input, output, cacheRead, cacheWrite, ...(reasoning !== null && { reasoning }) },
  statedUsd: stated,
  computedUsd: computed,
  unpriced,
});

/** Money first; without any, tokens decide. */
const weight = ({ usd, tokens }: CostReport): number => (usd ?? 0) + (tokens?.total ?? 0) / 1e12;
