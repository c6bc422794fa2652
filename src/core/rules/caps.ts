import type { Run } from '../model/run.ts';
import { reachedCap, spentInWords, stepsOf, uncounted } from '../run/caps.ts';
import { isObserveOnly } from '../run/liveness.ts';
import { isLeftAlone } from '../run/owner.ts';
import { livingState } from './alive.ts';
import { type Moment, NEVER, stay, toOperator, type Verdict } from './rule.ts';

/** An agent whose turn is over exits by itself, with the exit status that it means. */
const EXITS_WITHIN_MS = 10_000;

/**
 * When a living attempt is ended because a cap is reached, and why: at once in the middle of a turn
 * that goes too far beyond it, otherwise at the end of a step (ms, monotonic). Null if none is.
 */
function overspends(run: Run, day: Moment['day']): { readonly atMono: number; readonly because: string } | null {
  const { attempt, spec } = run;
  if (attempt?.alive !== true || isObserveOnly(run)) return null;
  // Ending it has failed, so a person must act.
  if (attempt.endingBecause !== null && run.blocked !== null) return null;
  const own = reachedCap(run);
  const unknown = spec.policy.stopsOnUnknownCost === true ? uncounted(run, day) : null;
  const because = own?.because ?? day?.spent?.because ?? unknown;
  if (because == null) return null;
  const isAfterStep = attempt.stepsAtCap !== undefined && stepsOf(attempt) > attempt.stepsAtCap;
  const isBeyond = own?.isBeyondGrace === true || (day?.spent != null && day.isBeyondGrace);
  if (!isAfterStep && !isBeyond && unknown === null) return null;
  return { atMono: attempt.turnOver === null ? Number.NEGATIVE_INFINITY : attempt.turnOver.mono + EXITS_WITHIN_MS, because };
}

/** Ends an attempt that would spend more than it may, whoever's turn it is. */
export function overspent(run: Run, { at, day }: Moment): Verdict | null {
  const end = overspends(run, day);
  if (end === null || end.atMono > at.mono) return null;
  const because = `attempt ${run.attempt?.number} is ended: ${end.because}`;
  const state = isLeftAlone(run) ? stay(run) : livingState(run, at);
  return { ...state, because, holds: run.holds, wish: { kind: 'end', because }, wakeAtMono: NEVER };
}

/** The verdict of another rule, until the attempt is ended for a cap. */
export function untilOverspent(verdict: Verdict, run: Run, { at, day }: Moment): Verdict {
  const end = overspends(run, day);
  return end === null || end.atMono <= at.mono ? verdict : { ...verdict, wakeAtMono: Math.min(verdict.wakeAtMono, end.atMono) };
}

/** A run that has spent what it may is a person's turn, and also one that was handed off. */
export function spentUp(run: Run): Verdict | null {
  const reached = reachedCap(run);
  if (reached === null) return null;
  return {
    state: 'escalated',
    because: `${reached.because}, and nothing more is started for it: ${spentInWords(run)}; \`dogwatch resume ${run.name} ${reached.option}\` goes on`,
    ...toOperator('cost'),
  };
}

export const handedOffSpent = (run: Run, moment: Moment): Verdict | null =>
  run.state === 'handed-off' ? (spentUp(run) ?? costUnknown(run, moment)) : null;

/** A cap cannot be kept, and the operator does not want to go on without. */
export function costUnknown(run: Run, { day }: Moment): Verdict | null {
  if (run.spec.policy.stopsOnUnknownCost !== true || run.excuse === 'operator') return null;
  const because = uncounted(run, day);
  if (because === null) return null;
  return {
    state: 'escalated',
    because: `${because} (DOGWATCH_ON_UNKNOWN_COST=stop); \`dogwatch resume ${run.name}\` runs one more attempt`,
    ...toOperator('unknown-cost'),
  };
}

/** Nothing is started until the next day, not even what the operator resumes. */
export function daySpent(run: Run, { at, day }: Moment): Verdict | null {
  if (day?.spent == null || day.spent.untilWall <= at.wall) return null;
  const { because, untilWall } = day.spent;
  return {
    state: 'waiting',
    because,
    holds: [{ kind: 'cap', untilWall, because }],
    patch: { due: null, excuse: run.excuse ?? (run.attempt === null ? null : 'cap') },
    wakeAtMono: at.mono + (untilWall - at.wall),
  };
}

/** A cap of the command itself: each resume would lift it again, so a person decides. */
export function capped({ attempt, excuse, name }: Run): Verdict | null {
  if (attempt?.trouble?.kind !== 'cap' || excuse === 'operator') return null;
  return {
    state: 'escalated',
    because: `the command's own cap is reached (${attempt.trouble.text}): a resume would begin it anew; \`dogwatch resume ${name}\` does so`,
    ...toOperator('cap'),
  };
}
