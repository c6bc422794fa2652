import type { Run } from '../../core/model/run.ts';

/** A standby of a run that waits is kept for at most this long. */
export const LONGEST_WAIT_MS = 60_000;

/**
 * Whether a run's next attempt may be started soon and by itself. Not once it is stopped, paused,
 * done, handed off or held: whatever starts it then takes the usual way.
 */
export function mayNeedStandby({ state, spec, hostEnabled, stopping, paused, proof, flooded, due }: Run, nowMono: number): boolean {
  if (!hostEnabled || !spec.policy.enabled || stopping !== null || paused !== null || proof !== null || flooded != null) return false;
  if (due !== null && due.at.mono > nowMono + LONGEST_WAIT_MS) return false;
  return state === 'starting' || state === 'working' || state === 'quiet' || state === 'waiting';
}

/** The number of the attempt that would be next. */
export const nextAttempt = ({ pending, tried }: Run): number => (pending?.kind === 'resume' ? pending.attempt : tried + 1);
