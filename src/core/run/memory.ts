import type { Vitals } from '../model/attempt.ts';
import type { Instant } from '../model/facts.ts';
import type { Attempt } from '../model/run.ts';
import { elapsedMs } from '../values/duration.ts';

/** A group that reaches its limit may only fill its page cache: it is throttled if it waits. */
const STALLED_SHARE = 0.2;
/** A gap between samples that is longer says nothing about the time in between. */
const GAP_MS = 60_000;
/** An attempt that is throttled for this long, and shows no progress, stands still. */
const THROTTLED_MS = 5 * 60_000;

/** The attempt's memory after one more sample. Undefined if its control group cannot be read. */
export function memoryAfter({ memory: before }: Attempt, { memory: now }: Vitals, at: Instant): Attempt['memory'] {
  if (now == null) return undefined;
  return { ...now, at, since: isThrottled(before, now, at) ? (before?.since ?? before?.at ?? null) : null };
}

function isThrottled(before: Attempt['memory'], now: NonNullable<Vitals['memory']>, at: Instant): boolean {
  const ms = before == null ? Number.POSITIVE_INFINITY : elapsedMs(before.at, at);
  if (before == null || ms <= 0 || ms > GAP_MS) return false;
  return now.events > before.events && (now.stalledMs - before.stalledMs) / ms >= STALLED_SHARE;
}

/** It made progress: whatever it waited for until now, it got. */
export const afterProgress = (attempt: Attempt): Attempt =>
  attempt.memory == null || attempt.memory.since === null ? attempt : { ...attempt, memory: { ...attempt.memory, since: null } };

/** When it counts as standing still for lack of memory (ms, monotonic), or null if never. */
export function throttledBetween({ memory }: Attempt): { readonly fromMono: number; readonly untilMono: number } | null {
  if (memory == null || memory.since === null) return null;
  const between = { fromMono: memory.since.mono + THROTTLED_MS, untilMono: memory.at.mono + GAP_MS };
  return between.fromMono <= between.untilMono ? between : null;
}
