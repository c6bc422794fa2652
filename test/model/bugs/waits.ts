import type { RunDecision } from '../../../src/core/decision.ts';
import type { Observation } from '../../../src/core/model/facts.ts';
import type { Policy } from '../../../src/core/model/policy.ts';
import { DAY } from '../../kit/core/world.ts';
import type { Plant } from '../plant.ts';

const registeredWith = (change: (policy: Policy) => Policy, seen: Observation): Observation =>
  seen.kind === 'run.registered' ? { ...seen, spec: { ...seen.spec, policy: change(seen.spec.policy) } } : seen;

const YEARS_MS = 3000 * DAY;

/** A provider whose resets are read as years ahead, and nobody doubts it. */
const withoutEnd = (seen: Observation): Observation => {
  const believing = registeredWith((policy) => ({ ...policy, limitCeilingMs: 2 * YEARS_MS }), seen);
  if (!('signals' in believing)) return believing;
  const signals = believing.signals.map((one) =>
    one.kind === 'window' && one.resetsAtWall !== null ? { ...one, resetsAtWall: one.resetsAtWall + YEARS_MS } : one,
  );
  return { ...believing, signals } as Observation;
};

/** Bugs of whoever holds runs for their hours or a reserve. */
export const WAITS_BUGS: Readonly<Record<string, { readonly plant: Plant; readonly invariants: readonly number[] }>> = {
  'hours are computed without their zone': {
    plant: {
      observed: (seen) =>
        registeredWith((policy) => (policy.hours == null ? policy : { ...policy, hours: { ...policy.hours, offsets: [] } }), seen),
    },
    invariants: [15],
  },
  'hours do not concern what is resumed': {
    plant: { observed: (seen) => registeredWith((policy) => ({ ...policy, hours: null }), seen) },
    invariants: [15],
  },
  'a reserve never lifts': { plant: { observed: withoutEnd }, invariants: [15, 7] },
  'a reserve concerns living attempts only': {
    plant: {
      decided: (one) =>
        one.run.holds.some(({ kind }) => kind === 'reserve') && one.run.pending === null && one.run.attempt?.alive === false
          ? { ...one, material: true, actions: [...one.actions, resumeOf(one)] }
          : one,
    },
    invariants: [15],
  },
};

const resumeOf = ({ observation, run }: RunDecision) =>
  ({
    kind: 'resume',
    id: `${run.id}/${observation.seq}/planted`,
    run: run.id,
    attempt: run.tried + 1,
    mode: 'resume',
    session: run.session,
    prompt: { reason: 'planted', refusal: null, operator: null },
  }) as const;
