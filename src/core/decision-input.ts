import type { Surroundings } from './context.ts';
import type { Run } from './model/run.ts';
import type { RunSpec } from './model/run-spec.ts';
import { withStreak } from './model/streak.ts';
import { fromRanges, type Ranges, toRanges } from './values/ranges.ts';

/** What a decision began from. */
export interface DecisionInput {
  /** Null: the run was registered by this observation. */
  readonly run: Run | null;
  readonly around: Surroundings;
}

/**
 * What is kept of it in the journal: the spec is frozen with the run, how far its logs were read decides nothing, and the
 * numbers of charged resumes are ranges (they were a list in journals before 0.2).
 */
export interface StoredInput {
  readonly run: (Omit<Run, 'spec' | 'cursors' | 'journals' | 'charged'> & { readonly charged: Ranges | readonly number[] }) | null;
  readonly around: Surroundings;
}

export function toStored({ run, around }: DecisionInput): StoredInput {
  if (run === null) return { run, around };
  const { spec: _, cursors: __, journals: ___, charged, ...rest } = run;
  return { run: { ...rest, charged: toRanges(charged) }, around };
}

/** The same as a decision needs it. */
export const fromStored = ({ run, around }: StoredInput, spec: RunSpec): DecisionInput => ({
  run: run === null ? null : { ...withStreak(run), charged: numbersOf(run.charged), spec, cursors: {}, journals: {} },
  around,
});

const isList = (charged: Ranges | readonly number[]): charged is readonly number[] => typeof charged[0] === 'number';
const numbersOf = (charged: Ranges | readonly number[]): readonly number[] => (isList(charged) ? charged : fromRanges(charged));
