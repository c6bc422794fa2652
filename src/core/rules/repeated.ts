import type { Run } from '../model/run.ts';
import type { Repeated } from '../model/streak.ts';
import { lastCause } from '../run/last-cause.ts';
import { MAX_REFUSALS, MAX_REPEATED } from '../run/repeated.ts';
import { MAX_OVERFLOWS } from './alive.ts';
import { handedOff } from './recovery.ts';
import { type Moment, NEVER, toOperator, type Verdict } from './rule.ts';

/** After this many resumes in a row that do nothing the session counts as poisoned. */
const MAX_NOOPS = 2;

/**
 * What cannot pass by itself needs a person: the directory or the program is gone, a flag is
 * unknown, the check cannot be run.
 */
export function unmendable(run: Run): Verdict | null {
  if (run.excuse === 'operator') return null;
  const { failedCheck } = run;
  const { repeated } = run.streak;
  const check = failedCheck?.unrunnable ?? 0;
  const isSame = repeated?.isLasting === true && repeated.count >= MAX_REPEATED;
  if (!isSame && check < MAX_REPEATED) return null;
  const cause = isSame ? sameWords(repeated) : `${lastCause(run)}, ${check} times in a row: it can't be run`;
  return {
    state: 'escalated',
    because: `${cause}; this does not go away by itself`,
    ...toOperator('lasting'),
  };
}

/** It keeps failing in the same way, with nothing done in between. */
export function sameFailure(run: Run, moment: Moment): Verdict | null {
  const { repeated } = run.streak;
  if (run.excuse !== null || repeated === null || repeated.count < MAX_REPEATED || repeated.words.startsWith(NOT_STARTED)) return null;
  // A fresh session is tried first.
  if (poisoned(run) !== null && run.streak.freshStarts === 0) return null;
  if (run.attempt === null || run.recovery?.phase === 'trial') return null;
  if (run.answered.evidence < run.attempt.number)
    return { state: 'waiting', because: `${sameWords(repeated)}; looking whether the last attempt made a milestone`, wakeAtMono: NEVER };
  return {
    ...handedOff(run, moment),
    because: sameWords(repeated),
    wish: { kind: 'escalate', to: 'supervisor', cause: 'repeated' },
  };
}

/** Failing starts that may pass use the budget. */
const NOT_STARTED = 'could not be started';

const sameWords = ({ words, count }: Repeated): string => `the last ${count} attempts in a row ${words}, and did nothing else`;

/** Why the session cannot continue, in words, or null if it can. */
export function poisoned({ attempt, session, gaveUpSession, streak: { noops, refusals } }: Run): string | null {
  if (session === null && !gaveUpSession) return null;
  if (attempt?.trouble?.kind === 'session-missing') return `the agent no longer knows the session (${attempt.trouble.text})`;
  if (attempt !== null && attempt.overflows >= MAX_OVERFLOWS) return `the session's context keeps filling up`;
  if (attempt?.trouble?.kind === 'context') return `the session's context is full (${attempt.trouble.text})`;
  if (refusals >= MAX_REFUSALS)
    return `the provider refuses the session, ${refusals} times in a row (${attempt?.trouble?.text ?? 'with the same words'})`;
  return noops >= MAX_NOOPS ? `${noops} resumes in a row did nothing` : null;
}
