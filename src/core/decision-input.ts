import type { Surroundings } from './context.ts';
import { withPolicyChanges } from './model/policy.ts';
import type { Run } from './model/run.ts';
import type { RunSpec } from './model/run-spec.ts';
import { withStreak } from './model/streak.ts';
import { fromRanges, type Ranges, toRanges } from './values/ranges.ts';

/** What a decision began from. */
export interface DecisionInput {
  /** Null if this observation registered the run. */
  readonly run: Run | null;
  readonly around: Surroundings;
}

/**
 * The part of it that the journal keeps. It omits the spec, which is frozen with the run, and how
 * far the logs were read, which decides nothing. Charged resumes are ranges (journals before 0.2
 * have a list).
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

/**
 * The stored input as a decision needs it. `spec` is the one that the run was registered with; the
 * settings that were changed later apply to it.
 */
export const fromStored = ({ run, around }: StoredInput, spec: RunSpec): DecisionInput => ({
  run:
    run === null ? null : { ...withStreak(run), charged: numbersOf(run.charged), spec: withChanges(spec, run), cursors: {}, journals: {} },
  around,
});

const withChanges = (spec: RunSpec, { changed }: Pick<Run, 'changed'>): RunSpec =>
  changed === undefined ? spec : { ...spec, policy: withPolicyChanges(spec.policy, changed.is) };

const isList = (charged: Ranges | readonly number[]): charged is readonly number[] => typeof charged[0] === 'number';
const numbersOf = (charged: Ranges | readonly number[]): readonly number[] => (isList(charged) ? charged : fromRanges(charged));
