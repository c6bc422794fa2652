import type { Instant } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import { backoff } from '../values/backoff.ts';
import { counted } from '../values/counted.ts';
import { elapsedMs, later } from '../values/duration.ts';
import { lastCause } from './last-cause.ts';
import { endedBadly } from './repeated.ts';

/**
 * The share of a backoff that jitter may add, so that runs that died together are not resumed
 * together.
 */
const JITTER_SHARE = 0.2;

/** The number of budgets that a run may use up without a strong milestone. */
const MAX_BUDGETS = 3;
const STRONG = 'a commit, a finished todo, `dogwatch progress` or a maximum of --progress';

/** Why no further resume is allowed, in words, or null while the budget lasts. */
export function spent(run: Run): string | null {
  const { maxResumes, maxResumesTotal } = run.spec.policy;
  if (run.charged.length >= maxResumes)
    return `${counted(run.charged.length, 'resume')} without a milestone (DOGWATCH_MAX_RESUMES=${maxResumes})`;
  const sinceStrong = run.charged.length + (run.takenOff ?? 0);
  if (sinceStrong >= MAX_BUDGETS * maxResumes)
    return `${counted(sinceStrong, 'resume')} without ${STRONG} (${MAX_BUDGETS} times DOGWATCH_MAX_RESUMES=${maxResumes})`;
  if (run.resumes >= maxResumesTotal) return `${counted(run.resumes, 'resume')} in all (DOGWATCH_MAX_RESUMES_TOTAL=${maxResumesTotal})`;
  return null;
}

/**
 * Backoff in ms before the n-th retry in a row (n from 1): doubles from the minimum to the maximum.
 * Jitter is added, or subtracted at the maximum.
 */
export function backoffMs(run: Run, retry: number, jitter: number): number {
  const { backoffMinMs, backoffMaxMs } = run.spec.policy;
  const spread = backoff(backoffMinMs, backoffMaxMs, retry - 1) * (1 + JITTER_SHARE * jitter);
  if (spread <= backoffMaxMs) return Math.round(spread);
  return Math.round(Math.max(backoffMinMs, backoffMaxMs * (1 - JITTER_SHARE * jitter)));
}

/**
 * True if the attempt earned a prompt resume: by a strong milestone, unless it failed at once, or
 * by activity for longer than the policy asks.
 */
export function earnedPromptness(run: Run): boolean {
  const { attempt } = run;
  if (attempt === null) return false;
  if (attempt.lastActivity !== null && elapsedMs(attempt.startedAt, attempt.lastActivity) > run.spec.policy.promptAfterMs) return true;
  return (run.strongMilestone ?? 0) >= attempt.number && !endedBadly(attempt);
}

/** When the next resume after a death is due, and why then. */
export function dueAfterDeath(run: Run, now: Instant, jitter: number): NonNullable<Run['due']> {
  if (run.streak.startFailures > 0)
    return {
      at: later(now, backoffMs(run, run.streak.startFailures, jitter)),
      because: `the last start failed; backoff ${run.streak.startFailures}`,
    };
  if (run.attempt === null) return { at: now, because: 'registered: start at once' };
  const trouble = run.attempt.trouble?.kind;
  if (trouble === 'transient') {
    // The evidence it left behind does not shorten the backoff.
    const retry = Math.max(run.streak.transients, run.streak.shortDeaths);
    const because = `the provider had a transient failure (${run.attempt.trouble?.text}); backoff ${retry}`;
    return { at: later(now, backoffMs(run, retry, jitter)), because };
  }
  if (run.excuse === 'boot')
    return { at: later(now, Math.round(jitter * run.spec.policy.staggerMs)), because: 'the host was rebooted; runs come back staggered' };
  if (run.excuse === 'lost') return { at: now, because: 'attempts were lost from the state; it goes on at once' };
  if (earnedPromptness(run)) return { at: now, because: 'the last attempt worked: resume at once' };
  const cause = lastCause(run);
  const little = cause === null ? 'the last attempt did little' : `${cause}; it did little`;
  return { at: later(now, backoffMs(run, run.streak.shortDeaths, jitter)), because: `${little}; backoff ${run.streak.shortDeaths}` };
}
