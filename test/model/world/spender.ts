import type { Signal } from '../../../src/core/model/facts.ts';
import type { Amounts } from '../../../src/core/spend/amount.ts';
import type { Share } from '../../../src/core/spend/usage.ts';
import { MENDING_COSTS, type Spending } from '../programs/spending.ts';
import type { AttemptProcesses } from './attempt.ts';
import type { Machine } from './machine.ts';

/** What an attempt really spent with an answer, and in which line of its log it says so. */
export interface Spent {
  readonly line: number;
  readonly usd: number;
}

/** Each answer and each total is repeated, as real agents do. */
export function saidOf({ run, attempt, spent }: AttemptProcesses, usd: number, machine: Machine): readonly Signal[] {
  const { says } = machine.planOf(run).spending ?? { says: 'answers' };
  const id = `${run}/${attempt}/${spent.length}`;
  const answer: Signal = { kind: 'usage', of: 'answer', id, shares: [shareOf(usd, says)], context: null };
  const sum = (all: readonly Spent[]) => all.reduce((total, one) => total + one.usd, 0);
  const ofRun = machine.attempts.filter((one) => one.run === run).flatMap((one) => one.spent);
  const totals: Readonly<Record<Spending['says'], readonly Signal[]>> = {
    answers: [],
    'tokens-alone': [],
    'process-totals': [{ kind: 'usage', of: 'attempt', id: '', shares: [shareOf(sum(spent), says)] }],
    'session-totals': [{ kind: 'usage', of: 'session', id: `session of ${run}`, shares: [shareOf(sum(ofRun), says)] }],
  };
  const isTotal = spent.length % 2 === 0;
  const [total] = isTotal ? totals[says] : [];
  return [answer, answer, ...(total === undefined ? [] : [total, total]), { kind: 'tool' }];
}

const shareOf = (usd: number, says: Spending['says']): Share => ({
  model: 'model',
  tokens: { input: usd * 1000, output: 0, cacheRead: 0, cacheWrite: 0 },
  money: says === 'tokens-alone' ? null : { usd, by: 'stated' },
});

/** What a recovery agent of the run says it spent. Absent if its agents say nothing. */
export const mendingSpent = (machine: Machine, run: string): { readonly spent?: Amounts } => {
  const { spending } = machine.planOf(run);
  if (spending === undefined) return {};
  const isPriced = spending.says !== 'tokens-alone';
  const tokens = { input: MENDING_COSTS * 1000, output: 0, cacheRead: 0, cacheWrite: 0 };
  const statedUsd = isPriced ? MENDING_COSTS : 0;
  return { spent: [{ model: 'model', tokens, statedUsd, computedUsd: 0, unpriced: isPriced ? 0 : tokens.input }] };
};
