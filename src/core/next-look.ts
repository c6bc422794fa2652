import { isObserveOnly, keepsItsTurn, needsEnding, patienceMs, silentSince } from './living.ts';
import { isOver, type Run } from './run.ts';
import { elapsedMs } from './time.ts';
import type { Instant } from './types.ts';

/** The monotonic time (ms) before which a tick can't change anything about a run; Infinity where only another observation can. */
export function nextLook(run: Run, now: Instant): number {
  if (run.pending !== null) return Number.POSITIVE_INFINITY;
  if (isOver(run)) return needsEnding(run) && run.blocked === null ? run.since.mono + run.spec.policy.lingerMs : Number.POSITIVE_INFINITY;
  if (keepsItsTurn(run)) return Number.POSITIVE_INFINITY;
  const { attempt } = run;
  if (attempt?.alive === true) {
    const silent = silentSince(attempt).mono;
    const silentMs = elapsedMs(silentSince(attempt), now);
    if (attempt.lastActivity !== null && silentMs < run.spec.policy.quietMs) return silent + run.spec.policy.quietMs;
    // Beyond its patience it is the samples of its processes that decide.
    return silentMs < patienceMs(run) ? silent + patienceMs(run) : Number.POSITIVE_INFINITY;
  }
  if (run.paused !== null || isObserveOnly(run)) return Number.POSITIVE_INFINITY;
  return run.due?.at.mono ?? Number.POSITIVE_INFINITY;
}
