import type { Instant } from '../model/facts.ts';
import type { Recovery } from '../model/recovery.ts';
import type { Run } from '../model/run.ts';
import { isRecovering } from '../recovery/lifecycle.ts';
import { capsOf, reachedCap, unknownInRecovery } from '../run/caps.ts';
import { isObserveOnly } from '../run/liveness.ts';
import { hoursChangeAt, outsideHours } from '../run/outside-hours.ts';
import { elapsedMs, inWords } from '../values/duration.ts';
import { spentUp } from './caps.ts';
import { type Moment, NEVER, stay, toOperator, type Verdict } from './rule.ts';

/** An hourly supervisor has run by then. */
export const UNATTENDED_MS = 3 * 3_600_000;

/**
 * While a recovery agent works, nothing else does. Whatever follows waits until all its processes
 * are proven gone.
 */
export function recovering(run: Run, { at, day }: Moment): Verdict | null {
  if (!isRecovering(run)) return null;
  const { recovery } = run;
  const closed = closedBecause(run, at);
  if (recovery.phase === 'wanted')
    return {
      state: 'recovering',
      because: `recovery agent ${recovery.number} is being started`,
      wish: { kind: 'recover' },
      wakeAtMono: NEVER,
    };
  const questions = run.claim !== null && run.asked.check === null ? (['check'] as const) : [];
  const atWork: Verdict = { state: 'recovering', because: atWorkInWords(recovery), questions, wakeAtMono: NEVER };
  if (isObserveOnly(run) && run.stopping === null) return atWork;
  const spentDay = day?.spent == null ? null : `recovery agent ${recovery.number} has to wait: ${day.spent.because}`;
  const over = recovery.over ?? overBecause(run, at, day) ?? closed ?? spentDay;
  if (over === null) {
    const hoursEndAt = run.spec.policy.hoursLiving === 'end' ? hoursChangeAt(run, at) : NEVER;
    const countsAt = countsAtMono(run, recovery, day);
    const ends = Math.min(recovery.startedAt.mono + recovery.spec.timeoutMs, hoursEndAt);
    if (at.mono < countsAt) return { ...atWork, wakeAtMono: Math.min(ends, countsAt) };
    return { ...atWork, questions: [...questions, 'recovery-spend'], wakeAtMono: Math.min(ends, at.mono + COUNT_MS) };
  }
  if (recovery.stuck !== null) {
    if (run.state === 'escalated') return stay(run);
    const because = `a person is needed: ${recovery.stuck}`;
    return { state: 'escalated', because, wish: { kind: 'escalate', to: 'operator', cause: 'blocked' }, wakeAtMono: NEVER };
  }
  // What the clock ends is taken up again.
  const next = recovery.over === null && (over === closed || over === spentDay) ? 'again' : recovery.next;
  const patch = { recovery: { ...recovery, over, next } };
  return { state: 'recovering', because: over, patch, wish: { kind: 'end-recovery', because: over }, wakeAtMono: NEVER };
}

/** How often a recovery agent's spend is counted while a cap is set. */
const COUNT_MS = 10_000;

/** When to count next what it has spent (ms, monotonic). */
function countsAtMono(run: Run, { spec, phase, countedAt, startedAt }: Recovery, day: Moment['day']): number {
  const { micros, tokens } = capsOf(run);
  if (phase !== 'at-work' || spec.agent === 'generic' || (micros === 0 && tokens === 0 && day == null)) return NEVER;
  return (countedAt ?? startedAt).mono + COUNT_MS;
}

const atWorkInWords = ({ number, spec }: Recovery): string =>
  `recovery agent ${number} (${spec.agent}) is running, for ${inWords(spec.timeoutMs)} at most`;

/** Why the hours of the run end its recovery agent, or null if they do not. */
function closedBecause(run: Run, at: Instant): string | null {
  const closed = run.spec.policy.hoursLiving === 'end' ? outsideHours(run, at) : null;
  return closed === null ? null : `recovery agent ${run.recovery?.number} has to wait: the run is ${closed.because}`;
}

function overBecause(run: Run, at: Instant, day: Moment['day']): string | null {
  const { recovery, proof } = run;
  if (recovery === null) return null;
  if (proof !== null) return `the job is done: ${proof}`;
  const { number, startedAt, spec } = recovery;
  const reached = reachedCap(run);
  if (reached !== null) return `recovery agent ${number} is ended: ${reached.because}`;
  const unknown = run.spec.policy.stopsOnUnknownCost === true ? unknownInRecovery(run, day) : null;
  if (unknown !== null) return `recovery agent ${number} is ended: ${unknown} (DOGWATCH_ON_UNKNOWN_COST=stop)`;
  if (elapsedMs(startedAt, at) < spec.timeoutMs) return null;
  return `recovery agent ${number} ran for ${inWords(spec.timeoutMs)} (DOGWATCH_RECOVERY_TIMEOUT) without handing the run back`;
}

/** It has ended, and nobody resumed the run. */
export function recoveryFailed(run: Run): Verdict | null {
  if (run.recovery?.phase !== 'over' || run.state !== 'recovering') return null;
  const spent = spentUp(run);
  if (spent !== null) return spent;
  const check = run.refusal === null ? '' : '; the check has failed';
  return { ...FOR_A_PERSON, because: `${run.recovery.over}${check}` };
}

/**
 * The attempt after a recovery is its verdict: without a milestone, the run goes to a person. An
 * end that says nothing about the job is not a verdict.
 */
export function onTrial({ recovery, attempt, answered, excuse, streak }: Run): Verdict | null {
  if (recovery?.phase !== 'trial' || attempt === null) return null;
  if (answered.evidence < attempt.number) {
    const because = attempt.number < recovery.from ? 'looking at what the recovery agent changed' : 'checking whether the recovery helped';
    return { state: 'waiting', because, wakeAtMono: NEVER };
  }
  const isTried = attempt.number >= recovery.from || streak.startFailures > 0;
  if (!isTried || excuse !== null) return null;
  return { ...FOR_A_PERSON, because: `the attempt after recovery ${recovery.number} made no milestone (${recovery.over})` };
}

const FOR_A_PERSON = { state: 'escalated', ...toOperator('recovery') } as const;

/** A supervisor is expected and does not run. */
export function unattended(run: Run, { at, recovers }: Moment): Verdict | null {
  if (unattendedAt(run, recovers) > at.mono) return null;
  const because = `handed off, and nobody took it over within ${inWords(UNATTENDED_MS)}: does \`dogwatch supervise\` run every hour, and what does it say? ${run.because}`;
  return { state: 'escalated', because, ...toOperator('unattended') };
}

/**
 * When a handed-off run has waited too long (ms, monotonic), or `NEVER` if it does not wait for a
 * supervisor.
 */
export const unattendedAt = ({ state, attendedAt, since }: Run, recovers: boolean): number =>
  state === 'handed-off' && recovers ? (attendedAt ?? since).mono + UNATTENDED_MS : NEVER;

/** Handed off as of now. */
export const handedOff = (run: Run, { at, recovers }: Moment): Pick<Verdict, 'state' | 'patch' | 'wakeAtMono'> => ({
  state: 'handed-off',
  patch: { due: null },
  wakeAtMono: unattendedAt({ ...run, state: 'handed-off', since: at }, recovers),
});
