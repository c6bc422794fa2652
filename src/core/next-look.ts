import { FRESH_SAMPLE_MS } from './learn-attempt.ts';
import { isObserveOnly, keepsItsTurn, needsEnding, patienceMs, silentSince } from './living.ts';
import { waitsForAnswer } from './rules-dead.ts';
import { type Attempt, isOver, type Run } from './run.ts';
import { elapsedMs } from './time.ts';
import type { Instant } from './types.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** The monotonic time (ms) before which a tick can't change anything about a run; Infinity where only another observation can. */
export function nextLook(run: Run, now: Instant): number {
  if (run.pending !== null) return NEVER;
  const mayAct = run.paused === null && !isObserveOnly(run);
  if (isOver(run)) return needsEnding(run) && run.blocked === null && mayAct ? run.since.mono + run.spec.policy.lingerMs : NEVER;
  if (keepsItsTurn(run)) return NEVER;
  if (run.attempt?.alive === true)
    return Math.min(quietAt(run, run.attempt), mayAct && run.claim === null ? endAt(run, run.attempt, now) : NEVER);
  if (!mayAct || run.due === null) return NEVER;
  return waitsForAnswer(run) ? NEVER : run.due.at.mono;
}

const quietAt = (run: Run, { lastActivity }: Attempt): number =>
  run.state === 'working' && lastActivity !== null ? lastActivity.mono + run.spec.policy.quietMs : NEVER;

/** When the last look at its processes may make it wedged, or its tool overlong. Once that look is old, only the next one can. */
function endAt(run: Run, attempt: Attempt, now: Instant): number {
  const { tool, cpu, sampledAt } = attempt;
  const patientUntil = silentSince(attempt).mono + patienceMs(run);
  const endsAt = tool === null ? patientUntil : Math.max(patientUntil, tool.since.mono + run.spec.policy.maxToolMs);
  const isKnown = sampledAt !== null && sampledAt.mono >= silentSince(attempt).mono && (tool !== null || cpu?.idle === true);
  if (!isKnown || endsAt > sampledAt.mono + FRESH_SAMPLE_MS || elapsedMs(sampledAt, now) > FRESH_SAMPLE_MS) return NEVER;
  return endsAt;
}
