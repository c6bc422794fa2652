import type { Observation } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import type { Plant } from '../plant.ts';

const withoutSpend = ({ spend: _, ...run }: Run): Run => run;

const observing = (observed: (seen: Observation) => Observation): Plant => ({ observed });
const restarting = (change: (run: Run) => Run): Plant => ({ known: (known) => ({ ...known, runs: known.runs.map(change) }) });

/** Only what its present attempt spent. */
const withItsAttempt = (run: Run): Run => {
  const { spend, attempt } = run;
  return spend === undefined ? run : { ...run, spend: { ...spend, amounts: attempt?.spend?.amounts ?? [], recoveries: [] } };
};

/** Bugs that let a run spend more than it may, or stop it before. */
export const CAP_BUGS: Readonly<Record<string, { readonly plant: Plant; readonly invariants: readonly number[] }>> = {
  'each attempt has a cap of its own': { plant: restarting(withItsAttempt), invariants: [14] },
  'a fresh session has a cap of its own': {
    plant: restarting((run) => (run.gaveUpSession ? withoutSpend(run) : run)),
    invariants: [14],
  },
  'a restarted watchdog forgets what was spent': { plant: restarting(withoutSpend), invariants: [14] },
  'an operator who resumes a run gives it its cap once more': {
    plant: observing((seen) =>
      seen.kind === 'operator.requested' && seen.command.kind === 'resume'
        ? { ...seen, command: { ...seen.command, add: { micros: 9_000_000, tokens: 0 } } }
        : seen,
    ),
    invariants: [14],
  },
  'an answer that is said twice is counted twice': {
    plant: observing((seen) =>
      'signals' in seen
        ? {
            ...seen,
            signals: seen.signals.map((one, index) =>
              one.kind === 'usage' && one.of === 'answer' ? { ...one, id: `${one.id}/${index}` } : one,
            ),
          }
        : seen,
    ),
    invariants: [14],
  },
  'a total is counted beside its answers': {
    plant: observing((seen) =>
      'signals' in seen
        ? {
            ...seen,
            signals: seen.signals.map((one) =>
              one.kind === 'usage' && one.of !== 'answer' ? { ...one, of: 'answer' as const, id: `total ${seen.seq}` } : one,
            ),
          }
        : seen,
    ),
    invariants: [14],
  },
  'what recovery agents spend is not counted': {
    plant: observing((seen) => {
      if (seen.kind !== 'action.settled' || seen.outcome.kind !== 'recovery-ended') return seen;
      const { spent: _, ...outcome } = seen.outcome;
      return { ...seen, outcome };
    }),
    invariants: [14],
  },
  'an attempt that reaches a cap is left alone': {
    plant: {
      decided: (one) => {
        const isForCap = one.actions.some((action) => action.kind === 'end' && action.because.includes('DOGWATCH_MAX_'));
        return isForCap ? { ...one, run: { ...one.run, pending: null }, actions: [] } : one;
      },
    },
    invariants: [14],
  },
};
