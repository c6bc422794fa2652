import { ALONE, type Surroundings } from './context.ts';
import { decide } from './decide.ts';
import type { RunDecision } from './decision.ts';
import { type DecisionInput, fromStored, type StoredInput } from './decision-input.ts';
import { inShort } from './in-short.ts';
import type { Observation, RunState } from './model/facts.ts';
import type { Policy } from './model/policy.ts';
import type { RunSpec } from './model/run-spec.ts';
import { applyDelta, type Delta, isWhole } from './values/delta.ts';

/** A decision without its words, and why. */
export interface Outline {
  readonly state: RunState;
  /** Abbreviated by `inShort`. */
  readonly actions: readonly string[];
  readonly because: string;
}

/** An observation and the decision made then. */
export interface ReplayRow {
  readonly observation: Observation;
  /** Null if it is not compared. */
  readonly decided: Outline | null;
  readonly given: ReplayInput;
  /** Its secrets were removed, which could change the decision, so it is not replayed. */
  readonly isWithheld: boolean;
}

/**
 * What the decision began from. `kept`: changes since the previous row, as in the journal.
 * `as-decided`: the previous decision, with what has changed around the run meanwhile.
 */
export type ReplayInput =
  | { readonly kind: 'kept'; readonly patch: Delta }
  | { readonly kind: 'as-decided'; readonly around: Partial<Surroundings> }
  | { readonly kind: 'unknown' };

export interface Replayed {
  readonly row: ReplayRow;
  /** Today's decision, or null if it cannot be replayed. */
  readonly today: Outline | null;
  /**
   * What would have been done before this observation with other settings, or null if nothing, or
   * if the settings are the same.
   */
  readonly earlier: Outline | null;
  /** Another decision, or the same one with another reason. */
  readonly differs: 'decision' | 'words' | null;
}

/**
 * Repeats recorded decisions, each from what it began from at that time, so that a difference in
 * one does not cause others. With another `policy` it shows what would have been done, as far as
 * the recorded moments tell.
 */
export function* replayed(rows: Iterable<ReplayRow>, spec: RunSpec, policy: Partial<Policy> = {}): Generator<Replayed> {
  const isOther = Object.keys(policy).length > 0;
  const wanted = { ...spec, policy: { ...spec.policy, ...policy } };
  let kept: StoredInput | null = null;
  let chain: DecisionInput = { run: null, around: ALONE };
  for (const row of rows) {
    kept = nextKept(kept, row);
    const found = givenOf(row, kept, spec, chain);
    const given = found === null ? null : withPolicy(found, policy);
    if (found === null || given === null || row.isWithheld) {
      yield { row, today: null, earlier: null, differs: null };
      continue;
    }
    const decision = decide(given.run, withSpec(row.observation, wanted), given.around);
    chain = after(given, decision);
    const today = outline(decision);
    const earlier = isOther ? doneBefore(row.observation, given, found.run?.spec ?? spec) : null;
    yield { row, today, earlier, differs: earlier === null ? difference(row.decided, today) : 'decision' };
  }
}

const after = ({ around }: DecisionInput, { run, holds, windows, recoveryHolds }: RunDecision): DecisionInput => ({
  run,
  around: {
    ...around,
    holds: holds ?? around.holds,
    ...(windows === null ? {} : { windows }),
    recoveryHolds: recoveryHolds?.holds ?? around.recoveryHolds,
  },
});

export const outline = ({ run, actions, because }: Pick<RunDecision, 'run' | 'actions' | 'because'>): Outline => ({
  state: run.state,
  actions: actions.map(inShort),
  because,
});

/** Changes to something unknown say nothing. */
function nextKept(before: StoredInput | null, { given }: ReplayRow): StoredInput | null {
  if (given.kind !== 'kept' || (before === null && !isWhole(given.patch))) return null;
  return applyDelta(before, given.patch) as StoredInput;
}

function givenOf({ given }: ReplayRow, kept: StoredInput | null, spec: RunSpec, chain: DecisionInput): DecisionInput | null {
  if (given.kind === 'as-decided') return { ...chain, around: { ...chain.around, ...given.around } };
  return kept === null ? null : fromStored(kept, spec);
}

/** Other settings apply whatever was set later. */
const withPolicy = ({ run, around }: DecisionInput, policy: Partial<Policy>): DecisionInput => ({
  run: run === null ? null : { ...run, spec: { ...run.spec, policy: { ...run.spec.policy, ...policy } } },
  around,
});

const withSpec = (seen: Observation, spec: RunSpec): Observation => (seen.kind === 'run.registered' ? { ...seen, spec } : seen);

/**
 * What a tick right before an observation changes with other settings, where it would have changed
 * nothing with the run's own.
 */
function doneBefore(seen: Observation, { run, around }: DecisionInput, own: RunSpec): Outline | null {
  if (run === null) return null;
  const tick: Observation = { kind: 'tick', run: seen.run, seq: seen.seq, at: seen.at, jitter: seen.jitter };
  const acts = (decision: RunDecision) => decision.run.state !== run.state || decision.actions.length > 0;
  const wanted = decide(run, tick, around);
  return acts(wanted) && !acts(decide({ ...run, spec: own }, tick, around)) ? outline(wanted) : null;
}

function difference(then: Outline | null, now: Outline): Replayed['differs'] {
  if (then === null) return null;
  if (then.state !== now.state || then.actions.join('\n') !== now.actions.join('\n')) return 'decision';
  return now.because.includes(then.because) ? null : 'words';
}
