import { type AccountHold, inWords as holdInWords, waitsFor } from '../account/hold.ts';
import { type AccountWindow, reservedFrom } from '../account/window.ts';
import type { Instant, Observation, Outcome } from '../model/facts.ts';
import type { Recovery, RecoverySpec, Refused } from '../model/recovery.ts';
import type { Run } from '../model/run.ts';
import { forTrial } from '../model/streak.ts';
import { withRecoveryCost } from '../run/caps.ts';
import { isObserveOnly, needsEnding } from '../run/liveness.ts';
import { outsideHours } from '../run/outside-hours.ts';
import { claim, refuse, type Update } from '../run/update.ts';
import { type Amounts, minus } from '../spend/amount.ts';
import type { DayCap } from '../spend/day-cap.ts';
import { recoverySpent } from '../spend/run.ts';
import { counted } from '../values/counted.ts';

const DAY_MS = 24 * 3_600_000;

/** True while a process of a recovery agent may live: nothing else works on the run then. */
export const isRecovering = (run: Run): run is Run & { readonly recovery: Recovery } =>
  run.recovery?.phase === 'wanted' || run.recovery?.phase === 'at-work';

/**
 * The run as its recovery agent's account sees it: reported as attempt 0, which is no attempt of
 * the run.
 */
export const asker = (run: Run, { account, model }: RecoverySpec): Run => ({
  ...run,
  spec: { ...run.spec, account, model },
  attempt: run.attempt && { ...run.attempt, number: 0 },
  excuse: null,
});

/** What is known of the recovery agent's account. */
export interface TheirAccount {
  readonly holds: readonly AccountHold[];
  readonly windows: readonly AccountWindow[];
}

/** The supervisor wants a run mended. */
export function recoverAsked(
  run: Run,
  spec: RecoverySpec,
  at: Instant,
  { holds, windows }: TheirAccount,
  day: DayCap | null | undefined = null,
): Update {
  const unasked = whyNotMended(run);
  if (unasked !== null) return refuse(run, unasked);
  if (needsEnding(run)) return refuse(run, 'a process of its last attempt is still running');
  const attended: Run = { ...run, attendedAt: at };
  const closed = outsideHours(run, at);
  if (closed !== null) return refuse(attended, `no recovery agent is started now: the run is ${closed.because}`);
  const { tried, sinceMilestone, begun } = run.recoveries;
  const today = begun.filter((wall) => wall <= at.wall && wall > at.wall - DAY_MS);
  if (Math.max(sinceMilestone, today.length) >= spec.most) {
    const blocked = `${counted(sinceMilestone, 'recovery', 'recoveries')} since the last milestone, ${today.length} in a day (DOGWATCH_MAX_RECOVERIES=${spec.most})`;
    return { run: { ...attended, blocked }, note: blocked };
  }
  const reserve = reservedFrom(asker(run, spec), windows, at)[0]?.hold;
  if (reserve !== undefined && reserve.untilWall !== null) return refuse(attended, `no recovery agent is started now: ${reserve.because}`);
  if (reserve !== undefined) {
    const blocked = `no recovery agent can work: ${reserve.because}`;
    return { run: { ...attended, blocked }, note: blocked };
  }
  const hold = waitsFor(asker(run, spec), holds, at);
  if (hold?.untilWall === null) {
    const blocked = `no recovery agent can work: ${holdInWords(hold)}`;
    return { run: { ...attended, blocked }, note: blocked };
  }
  if (hold !== null) return refuse(attended, `no recovery agent is started while its account is held: ${holdInWords(hold)}`);
  if (day?.spent != null) return refuse(attended, `no recovery agent is started: ${day.spent.because}`);
  const number = tried + 1;
  const recovery = newRecovery(run, number, spec, at);
  const recoveries = { tried: number, sinceMilestone: sinceMilestone + 1, begun: [...today, at.wall] };
  return { run: { ...attended, recovery, recoveries }, note: `recovery agent ${number} was requested by the supervisor` };
}

/**
 * The supervisor wants a run mended but knows that its agent cannot be started: the run goes to a
 * person, for the reason of its handoff.
 */
export function recoveryHindered(run: Run, because: string, at: Instant): Update {
  const unasked = whyNotMended(run);
  if (unasked !== null) return refuse(run, unasked);
  const note = `no recovery agent can be started: ${because}`;
  return { run: { ...run, attendedAt: at, blocked: `${run.because}; ${note}` }, note };
}

/** Why a run cannot be mended now, or null if it can. */
function whyNotMended(run: Run): string | null {
  if (run.state !== 'handed-off' || run.pending !== null) return `it is ${run.state}: ${run.because}`;
  if (run.paused !== null) return `it is paused: ${run.paused.because}`;
  return isObserveOnly(run) ? 'DOGWATCH_ENABLED=0: dogwatch only observes, nothing was started' : null;
}

const newRecovery = (run: Run, number: number, spec: RecoverySpec, at: Instant): Recovery => ({
  number,
  spec,
  phase: 'wanted',
  startedAt: at,
  because: run.because,
  shim: null,
  over: null,
  next: 'judge',
  stuck: null,
  from: run.tried + 1,
});

/** Marks the recovery agent to end. The first reason counts, unless the operator gives one. */
export function recoveryOver(run: Run, over: string, next: Recovery['next']): Run {
  if (!isRecovering(run)) return run;
  const isNew = run.recovery.over === null || next === 'operator';
  return { ...run, recovery: { ...run.recovery, stuck: null, ...(isNew ? { over, next } : {}) } };
}

/** Folds in what the recovery agent itself says. */
export function recoverySpoke(run: Run, seen: Observation & { kind: 'recovery.spoke' }): Update {
  const who = `recovery agent ${seen.recovery}`;
  if (!seen.genuine || !isRecovering(run) || run.recovery.number !== seen.recovery) {
    const refused = 'it does not come from a living recovery agent of this run';
    return { run, note: `\`dogwatch ${seen.says}\` of ${who} is not believed: ${refused}`, refused };
  }
  if (run.recovery.over !== null) return refuse(run, `${who} is being ended: ${run.recovery.over}`);
  switch (seen.says) {
    case 'resume': {
      const over = `${who} hands the run back${seen.because === '' ? '' : `: ${seen.because}`}`;
      return { run: { ...recoveryOver(run, over, 'hand-back'), operatorPrompt: seen.because || null }, note: over };
    }
    case 'done':
      return claim(run, run.attempt?.number ?? 0, who, seen.because);
    case 'blocked': {
      const over = `${who} needs a person: ${seen.because}`;
      return { run: recoveryOver(run, over, 'judge'), note: over };
    }
  }
}

/** Its main process died. */
export function recoveryExited(run: Run, seen: Observation & { kind: 'recovery.exited' }): Update {
  if (!isRecovering(run) || run.recovery.number !== seen.recovery || run.recovery.over !== null) return { run, note: null };
  const over = `recovery agent ${seen.recovery} ended without handing the run back`;
  return { run: recoveryOver(run, over, 'judge'), note: over };
}

/** Folds in what it has used so far: it may be more than the run may cost. */
export function recoveryCounted(run: Run, seen: Observation & { kind: 'recovery.counted' }): Update {
  if (!isRecovering(run) || run.recovery.number !== seen.recovery || seen.amounts === null) return { run, note: null };
  return { run: withRecoveryCost(withSpent(run, run.recovery, seen.amounts), seen.recovery, seen.amounts), note: null };
}

/** The run with all that a recovery agent used, some of which may be counted already. */
function withSpent(run: Run, recovery: Recovery, amounts: Amounts | null): Run {
  const before = recovery.spent ?? [];
  if (amounts === null && before.length > 0) return run;
  const more = amounts === null ? null : minus(amounts, before);
  if (more !== null && more.length === 0) return run;
  return { ...run, spend: recoverySpent(run.spend, more), recovery: { ...recovery, ...(amounts !== null && { spent: amounts }) } };
}

/** The run with the whole cost of a recovery agent. One that was refused may have used nothing. */
function withItsCost(run: Run, recovery: Recovery, { spent, refused }: Outcome & { kind: 'recovery-ended' }): Run {
  if (spent === undefined) return run;
  const next = withSpent(run, recovery, spent);
  return spent === null && refused !== null ? next : withRecoveryCost(next, recovery.number, spent ?? recovery.spent ?? null);
}

/** Folds in the outcome of starting or ending a recovery agent. */
export function recoverySettled(run: Run, outcome: Outcome, at: Instant): Update {
  const { recovery } = run;
  if (recovery === null) return { run, note: null };
  const who = `recovery agent ${recovery.number}`;
  switch (outcome.kind) {
    case 'recovery-started':
      return { run: { ...run, recovery: { ...recovery, phase: 'at-work', shim: outcome.shim } }, note: `${who} is running` };
    case 'recovery-failed': {
      const over = `${who} could not be started: ${outcome.because}`;
      return { run: afterRecovery(recoveryOver(run, over, 'judge'), null, at), note: over };
    }
    case 'recovery-ended': {
      const refused = outcome.refused === null ? '' : `; it was refused: ${outcome.refused.text}`;
      return {
        run: afterRecovery(withItsCost(run, recovery, outcome), outcome.refused, at),
        note: `${who} is gone: ${outcome.because}${refused}`,
      };
    }
    case 'recovery-end-failed': {
      const stuck = `${who} can't be ended: ${outcome.because}`;
      return { run: { ...run, recovery: { ...recovery, stuck } }, note: stuck };
    }
    case 'abandoned': {
      const note = `an action was abandoned: ${outcome.because}`;
      // A start that never happened is not counted; an end that came to nothing is decided again.
      if (recovery.phase !== 'wanted') return { run, note };
      return { run: afterRecovery(recoveryOver(uncounted(run), note, 'again'), null, at), note };
    }
    default:
      return { run, note: null };
  }
}

/** Nothing of the recovery agent is left. */
function afterRecovery(run: Run, refused: Refused | null, at: Instant): Run {
  const { recovery } = run;
  if (recovery === null || run.stopping !== null || run.proof !== null) return { ...run, recovery: null };
  const isLimited = refused?.kind === 'limit' && !refused.isCap;
  if (recovery.next === 'operator') return { ...run, recovery: null, state: 'waiting', since: at };
  if (recovery.next === 'hand-back') return givenATrial(run, recovery, at);
  const over = refused === null ? (recovery.over ?? '') : `${recovery.over}; it was refused: ${refused.text}`;
  if (recovery.next !== 'again' && !isLimited) return { ...run, recovery: { ...recovery, phase: 'over', over } };
  const again = handedOffAgain({ ...run, recovery: null }, `${recovery.because}; ${over}`, at);
  return isLimited ? uncounted(again) : again;
}

/** The supervisor's turn once more, unless a person took over meanwhile: that is not undone. */
const handedOffAgain = (run: Run, because: string, at: Instant): Run =>
  run.state === 'escalated' ? run : { ...run, state: 'handed-off', because, since: at, attendedAt: at };

/**
 * One attempt shows whether the recovery helped. What the recovery agent itself changed is not a
 * milestone of the run, so it is recorded first.
 */
const givenATrial = (run: Run, recovery: Recovery, at: Instant): Run => ({
  ...run,
  recovery: { ...recovery, phase: 'trial' },
  state: 'waiting',
  since: at,
  streak: forTrial(run.streak),
  excuse: 'recovery',
  due: { at, because: recovery.over ?? '' },
  asked: { ...run.asked, evidence: null },
  answered: { ...run.answered, evidence: Math.min(run.answered.evidence, (run.attempt?.number ?? 0) - 1) },
});

const uncounted = (run: Run): Run => ({
  ...run,
  recoveries: {
    ...run.recoveries,
    sinceMilestone: Math.max(0, run.recoveries.sinceMilestone - 1),
    begun: run.recoveries.begun.slice(0, -1),
  },
});
