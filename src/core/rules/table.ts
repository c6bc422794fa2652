import type { Run } from '../model/run.ts';
import { isObserveOnly, needsEnding } from '../run/liveness.ts';
import { isLeftAlone } from '../run/owner.ts';
import { unproven } from '../run/unseen.ts';
import { elapsedMs, inWords } from '../values/duration.ts';
import { alive, livingState } from './alive.ts';
import { untilExpired } from './asks.ts';
import { handedOffSpent, overspent, untilOverspent } from './caps.ts';
import { deadRules } from './dead.ts';
import { heldForFill } from './disk-fill.ts';
import { recovering, recoveryFailed, unattended, unattendedAt } from './recovery.ts';
import { type Moment, NEVER, type Rule, stay, toOperator, type Verdict } from './rule.ts';

/** The decision table: the first rule that applies decides. */
const RULES: readonly Rule[] = [
  inFlight,
  recovering,
  over,
  stopping,
  done,
  overspent,
  held,
  checking,
  blocked,
  recoveryFailed,
  unattended,
  handedOffSpent,
  othersTurn,
  alive,
  ...deadRules,
];

const OVERSPENT = RULES.indexOf(overspent);

/** The table's verdict on a run. */
export function judge(run: Run, moment: Moment): Verdict {
  for (const [index, rule] of RULES.entries()) {
    const verdict = rule(run, moment);
    if (verdict !== null) return untilExpired(index < OVERSPENT ? verdict : untilOverspent(verdict, run, moment), run);
  }
  throw new Error(`no rule decides about a run in state ${run.state}`);
}

function inFlight(run: Run): Verdict | null {
  return run.pending === null ? null : stay(run);
}

/** Complete, stopped or failed: only a lingering process is still ended, after its grace time. */
function over(run: Run, { at }: { at: Run['since'] }): Verdict | null {
  if (run.state !== 'complete') return (run.state === 'failed' || run.state === 'stopped') && run.stopping === null ? stay(run) : null;
  const lingeredMs = elapsedMs(run.since, at);
  const endsAtMono = run.paused === null && !isObserveOnly(run) ? run.since.mono + run.spec.policy.lingerMs : NEVER;
  if (!needsEnding(run) || run.blocked !== null) return stay(run);
  if (run.stopping === null && at.mono < endsAtMono) return stay(run, endsAtMono);
  return {
    ...stay(run),
    wish: { kind: 'end', because: `the run is complete, and one of its processes lingered for ${inWords(lingeredMs)}` },
  };
}

function stopping(run: Run): Verdict | null {
  if (run.stopping === null) return null;
  const because = `the operator asked to stop: ${run.stopping.because}${unprovenOf(run)}`;
  // If it was proven done meanwhile it is complete, not stopped.
  if (!needsEnding(run) && run.proof !== null) return null;
  if (!needsEnding(run))
    return {
      state: 'stopped',
      because,
      patch: { stopping: null, due: null, claim: null, paused: null, blocked: null },
      wakeAtMono: NEVER,
    };
  // Ending failed, so a person must act.
  return run.blocked === null ? { ...stay(run), because, wish: { kind: 'end', because } } : null;
}

/** Complete; a process may linger for a while. */
function done(run: Run, { at }: { at: Run['since'] }): Verdict | null {
  if (run.proof === null) return null;
  return {
    state: 'complete',
    because: `${run.proof}${unprovenOf(run)}`,
    patch: { due: null, claim: null, paused: null, stopping: null, blocked: null },
    wakeAtMono: needsEnding(run) && !isObserveOnly(run) ? at.mono + run.spec.policy.lingerMs : NEVER,
  };
}

/** What the end of a run does not prove. */
const unprovenOf = ({ spec: { unseen } }: Run): string => (unseen == null ? '' : unproven(unseen));

/** A claim of done waits for its check, whether the attempt lives or not. */
function checking(run: Run, { at }: { at: Run['since'] }): Verdict | null {
  if (run.claim === null) return null;
  const because = `${run.claim.by} says that the job is done; the check decides`;
  const questions = run.asked.check === null ? (['check'] as const) : [];
  if (run.attempt?.alive === true || isLeftAlone(run)) return { ...(isLeftAlone(run) ? stay(run) : livingState(run, at)), questions };
  return { state: 'waiting', because, questions, wakeAtMono: NEVER };
}

/** The operator's hold, and DOGWATCH_ENABLED=0: only observe, record and explain. */
function held(run: Run, { at }: { at: Run['since'] }): Verdict | null {
  if (run.paused === null && !isObserveOnly(run)) return null;
  const because = run.paused
    ? `paused by the operator (${run.paused.because}); \`dogwatch unpause ${run.name}\` releases it`
    : `DOGWATCH_ENABLED=0 of ${run.hostEnabled ? 'the run' : 'the watchdog'}: dogwatch only observes`;
  const holds = [{ kind: 'operator' as const, untilWall: null, because }];
  if (isLeftAlone(run)) return { ...stay(run), holds };
  if (run.attempt?.alive === true) return { ...livingState(run, at), holds };
  return { state: 'held', because, holds, patch: { due: null }, wakeAtMono: NEVER };
}

function blocked(run: Run): Verdict | null {
  if (run.blocked === null || run.state === 'escalated') return null;
  return {
    state: 'escalated',
    because: `a person is needed: ${run.blocked}`,
    ...toOperator('blocked'),
  };
}

function othersTurn(run: Run, { recovers }: Moment): Verdict | null {
  if (!isLeftAlone(run)) return null;
  return { ...stay(run, unattendedAt(run, recovers)), holds: heldForFill(run) };
}
