import { bytesInWords } from '../core/values/bytes.ts';
import { counted } from '../core/values/counted.ts';
import { inWords } from '../core/values/duration.ts';
import { errorMessage } from '../core/values/error-message.ts';
import { prereclaim as reclaimBefore } from '../reclaimers/reclaim.ts';
import type { Plan, Reclaimer } from '../reclaimers/reclaimer.ts';
import type { Layout } from '../store/directory/layout.ts';
import { makeRoom } from '../store/directory/make-room.ts';
import { lockReclaim } from '../store/lease/reclaim-lock.ts';
import { inTime } from '../system/deadline.ts';
import { instant } from '../system/process/clock.ts';

/** How much longer to wait for an image whose removal has begun; the engine may hang halfway. */
const LAST_STEP_MS = 1000;

/**
 * Removes stale images before a run's first attempt: best effort, within a deadline. Returns a
 * sentence for the journal, or null if nothing was done and no problem is worth reporting. Never
 * throws.
 */
export async function prereclaim(
  layout: Layout,
  reclaimers: readonly Reclaimer[],
  deadlineMs: number,
  isFine: (plan: Plan) => boolean = () => false,
): Promise<string | null> {
  const done = await inTime(
    removeStale(layout, reclaimers, deadlineMs, isFine).then((words) => ({ words })),
    deadlineMs + LAST_STEP_MS,
  );
  if (done !== null) return done.words;
  return `the removal of stale images before it was not finished after ${inWords(deadlineMs)}: the run does not wait for the rest`;
}

async function removeStale(
  layout: Layout,
  reclaimers: readonly Reclaimer[],
  deadlineMs: number,
  isFine: (plan: Plan) => boolean,
): Promise<string | null> {
  try {
    const lock = lockReclaim(layout, process.pid, () => makeRoom(layout));
    if (lock.kind === 'busy') return 'no stale images were removed before it: another process frees space';
    try {
      const all = await reclaimBefore(reclaimers, instant, deadlineMs);
      const removed = all.flatMap(({ steps }) => steps.filter(({ outcome }) => outcome.kind === 'freed')).length;
      const bytes = all.reduce((sum, { measuredBytes, claimedBytes }) => sum + Math.max(0, measuredBytes ?? claimedBytes), 0);
      const problems = [...new Set(all.flatMap(({ plan }) => (isFine(plan) ? [] : (plan.problem ?? []))))];
      if (removed === 0 && problems.length === 0 && all.some(({ plan }) => isFine(plan))) return null;
      const done =
        removed === 0
          ? 'no stale images were removed before it'
          : `${counted(removed, 'stale image was', 'stale images were')} removed before it (${bytesInWords(bytes)})`;
      return problems.length === 0 ? done : `${done}: ${problems.join('; ')}`;
    } finally {
      lock.release();
    }
  } catch (error) {
    return `no stale images were removed before it: ${errorMessage(error)}`;
  }
}
