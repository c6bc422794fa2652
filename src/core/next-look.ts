import { type AccountHold, waitsFor } from './account-hold.ts';
import { heldByCommon, NOTHING_COMMON } from './common-cause.ts';
import { FRESH_SAMPLE_MS } from './learn-attempt.ts';
import { fillOf } from './learn-fill.ts';
import { isObserveOnly, isUnheard, leftAloneUntil, needsEnding, patienceMs, silentSince } from './living.ts';
import { isLeftAlone } from './owner.ts';
import { isRecovering } from './recovery.ts';
import type { Moment } from './rule.ts';
import { waitsForAnswer, waitsForDisks, waitsForVerdict } from './rules-dead.ts';
import { isHeldByDisk } from './rules-fill.ts';
import { unattendedAt } from './rules-recovery.ts';
import { type Attempt, isOver, type Run } from './run.ts';
import { elapsedMs } from './time.ts';
import type { Hold, Instant } from './types.ts';

const NEVER = Number.POSITIVE_INFINITY;
const NOTHING = { holds: [], disk: { hold: null, isPressed: false, takenMono: null }, common: NOTHING_COMMON, recovers: false };

/** The monotonic time (ms) before which a tick can't change anything about a run; Infinity where only another observation can. */
export function nextLook(run: Run, now: Instant, { holds, disk, common, recovers }: Omit<Moment, 'at' | 'jitter'> = NOTHING): number {
  if (run.pending !== null) return NEVER;
  const mayAct = run.paused === null && !isObserveOnly(run);
  if (isRecovering(run))
    return run.recovery.over !== null || isObserveOnly(run) ? NEVER : run.recovery.startedAt.mono + run.recovery.spec.timeoutMs;
  if (isOver(run)) return needsEnding(run) && run.blocked === null && mayAct ? run.since.mono + run.spec.policy.lingerMs : NEVER;
  if (isLeftAlone(run)) return mayAct && run.claim === null ? unattendedAt(run, recovers) : NEVER;
  if (run.attempt?.alive === true)
    return Math.min(quietAt(run, run.attempt), mayAct && run.claim === null ? endAt(run, run.attempt, now, holds) : NEVER);
  if (!mayAct || waitsForAnswer(run)) return NEVER;
  const isKept = fillOf(run) != null && run.excuse !== 'operator' && isHeldByDisk(disk);
  if (isKept) return run.holds.some(({ kind }) => kind === 'disk') ? NEVER : now.mono;
  const hold = waitsFor(run, holds, now);
  if (hold !== null) return heldUntil(run, hold, now);
  if (disk.hold !== null) return run.holds.some((shown) => isSame(shown, disk.hold)) ? NEVER : now.mono;
  if (run.holds.some(({ kind }) => kind === 'disk')) return now.mono;
  const outbreak = heldByCommon(run, common, disk.isPressed, now);
  if (outbreak !== null) return run.holds.some((shown) => isAlike(shown, outbreak.hold)) ? outbreak.untilMono : now.mono;
  if (run.holds.some(({ kind }) => kind === 'common-cause')) return now.mono;
  // What held its account has gone.
  if (isHeldByAccount(run)) return now.mono;
  const looksUntil = waitsForDisks(run, disk, now);
  if (looksUntil !== null) return looksUntil;
  if (waitsForVerdict(run)) return NEVER;
  return run.due === null ? now.mono : run.due.at.mono;
}

const isSame = (one: Hold, other: Hold | null): boolean => one.kind === other?.kind && one.because === other.because;

/** The same hold with the same end, as far as two clocks agree. */
const isAlike = (one: Hold, other: Hold): boolean => isSame(one, other) && Math.abs((one.untilWall ?? 0) - (other.untilWall ?? 0)) < 1000;

const isHeldByAccount = (run: Run): boolean => run.holds.some(({ kind }) => kind === 'limit' || kind === 'auth');

/** What it shows is what holds it; resets are dates of the wall clock, and are compared with that. */
function heldUntil(run: Run, { untilWall, kind }: AccountHold, now: Instant): number {
  if (!run.holds.some((shown) => shown.kind === kind && shown.untilWall === untilWall)) return now.mono;
  return untilWall === null || untilWall <= now.wall ? NEVER : now.mono + (untilWall - now.wall);
}

const quietAt = (run: Run, { lastActivity }: Attempt): number =>
  run.state === 'working' && lastActivity !== null ? lastActivity.mono + run.spec.policy.quietMs : NEVER;

/** When the last look at its processes may make it wedged, or its tool overlong. Once that look is old, only the next one can. */
function endAt(run: Run, attempt: Attempt, now: Instant, holds: readonly AccountHold[]): number {
  const { tool, cpu, sampledAt } = attempt;
  if (run.flooded != null || fillOf(run) != null) return now.mono;
  const leftAlone = leftAloneUntil(run, holds, now);
  if (leftAlone !== null) return now.mono + (leftAlone - now.wall);
  if (isUnheard(attempt)) return NEVER;
  const patientUntil = silentSince(attempt).mono + patienceMs(run);
  const endsAt = tool === null ? patientUntil : Math.max(patientUntil, tool.since.mono + run.spec.policy.maxToolMs);
  const isKnown = sampledAt !== null && sampledAt.mono >= silentSince(attempt).mono && (tool !== null || cpu?.idle === true);
  if (!isKnown || endsAt > sampledAt.mono + FRESH_SAMPLE_MS || elapsedMs(sampledAt, now) > FRESH_SAMPLE_MS) return NEVER;
  return endsAt;
}
