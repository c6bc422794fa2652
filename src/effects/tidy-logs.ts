import { bytesInWords } from '../core/values/bytes.ts';
import { counted } from '../core/values/counted.ts';
import { errorMessage } from '../core/values/error-message.ts';
import { reclaimAll } from '../reclaimers/reclaim.ts';
import type { Reclaimer } from '../reclaimers/reclaimer.ts';
import type { Layout } from '../store/directory/layout.ts';
import { makeRoom } from '../store/directory/make-room.ts';
import { lockReclaim } from '../store/lease/reclaim-lock.ts';
import { instant } from '../system/process/clock.ts';

/** What is not removed by then is left for next time. */
const DEADLINE_MS = 600_000;

/**
 * Removes logs that are too old or too many, by the same rules as when space is short. Returns what
 * was done, or null if there was nothing to remove or another process is freeing space. Never
 * throws.
 */
export async function tidyLogs(layout: Layout, logs: readonly Reclaimer[]): Promise<string | null> {
  try {
    const lock = lockReclaim(layout, process.pid, () => makeRoom(layout));
    if (lock.kind === 'busy') return null;
    try {
      const ask = { now: instant, isEnough: async () => false, deadlineMono: instant().mono + DEADLINE_MS, onStep: () => {} };
      const done = await reclaimAll(logs, ask);
      const steps = done.flatMap(({ steps: some }) => some);
      const removed = steps.filter(({ outcome }) => outcome.kind === 'freed').length;
      const bytes = done.reduce((sum, { claimedBytes }) => sum + claimedBytes, 0);
      const failures = steps.flatMap(({ outcome }) => (outcome.kind === 'failed' ? outcome.because : []));
      const problem = done.find(({ plan }) => plan.problem !== null)?.plan.problem ?? failures[0] ?? null;
      if (removed === 0 && problem === null) return null;
      return `${counted(removed, 'old log was', 'old logs were')} removed (${bytesInWords(bytes)})${problem === null ? '' : `; ${problem}`}`;
    } finally {
      lock.release();
    }
  } catch (error) {
    return `no old logs were removed: ${errorMessage(error)}`;
  }
}
