import { isActive, isOver, type Run } from './run.ts';

/**
 * Why a run does not go on by itself: it has ended, or it waits for someone other than the
 * watchdog.
 */
export const RESTS = ['complete', 'stopped', 'failed', 'paused', 'escalated', 'handed-off'] as const;
export type Rest = (typeof RESTS)[number];

/** Null if it goes on, or if something of it is left to end. */
export function restOf(run: Run): Rest | null {
  if (isOver(run)) return isActive(run) ? null : (run.state as Rest);
  if (run.paused !== null) return 'paused';
  return run.state === 'escalated' || run.state === 'handed-off' ? run.state : null;
}
