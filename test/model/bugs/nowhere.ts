import type { Observation, Signal } from '../../../src/core/model/facts.ts';
import type { Attempt, Run } from '../../../src/core/model/run.ts';
import type { Streak } from '../../../src/core/model/streak.ts';
import type { Plant } from '../plant.ts';

const signalled = (change: (signals: readonly Signal[]) => readonly Signal[]): Plant => ({
  observed: (seen: Observation) => ('signals' in seen ? { ...seen, signals: change(seen.signals) } : seen),
});

const withRuns = (change: (run: Run) => Run): Plant => ({ known: (known) => ({ ...known, runs: known.runs.map(change) }) });

const withoutCalls = ({ calls: _, ...attempt }: Attempt): Attempt => attempt as Attempt;
const withoutLoop = ({ loop: _, ...streak }: Streak): Streak => streak;

/** Bugs of whoever ends work that goes nowhere. */
export const NOWHERE_BUGS: Readonly<Record<string, { readonly plant: Plant; readonly invariants: readonly number[] }>> = {
  'a poll whose result changes is taken for a circle': {
    plant: signalled((signals) => signals.map((one) => (one.kind === 'returned' ? { ...one, print: 'the same' } : one))),
    invariants: [8, 12],
  },
  'an agent that goes in a circle is never ended': {
    plant: signalled((signals) => signals.filter(({ kind }) => kind !== 'called' && kind !== 'returned')),
    invariants: [13],
  },
  'a restarted watchdog forgets the calls of the living attempt': {
    plant: withRuns(({ attempt, ...run }) => ({ ...run, attempt: attempt && withoutCalls(attempt) })),
    invariants: [13],
  },
  'a restarted watchdog forgets that an attempt went in a circle': {
    plant: withRuns((run) => ({ ...run, streak: withoutLoop(run.streak) })),
    invariants: [13],
  },
  'nobody looks whether a living attempt makes milestones': {
    plant: {
      observed: (seen) =>
        seen.kind === 'evidence.gathered' && seen.isGlance ? { ...seen, evidence: { ...seen.evidence, missing: ['not looked'] } } : seen,
    },
    invariants: [13],
  },
  'an attempt whose results cannot be seen is taken for one without': {
    plant: {
      observed: (seen) =>
        seen.kind === 'evidence.gathered'
          ? { ...seen, evidence: { ...seen.evidence, none: null, missing: [], head: seen.evidence.head ?? 'x' } }
          : seen,
    },
    invariants: [12, 4],
  },
};
