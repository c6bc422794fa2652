import type { Instant } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';

/** Its output can no longer be read, so its silence says nothing. */
export const isUnheard = ({ lostLog }: Pick<Attempt, 'lostLog'>): boolean => lostLog != null && !lostLog.isRead;

/** True while a process of the run is left: the attempt itself, or tools that outlived it. */
export const needsEnding = (run: Run): boolean => run.attempt !== null && (run.attempt.alive || run.attempt.survivors !== 'none');

export const isObserveOnly = (run: Run): boolean => !run.hostEnabled || !run.spec.policy.enabled;

/** The moment since which a living attempt is silent. */
export const silentSince = (attempt: NonNullable<Run['attempt']>): Instant => attempt.lastActivity ?? attempt.startedAt;

/**
 * How long a living attempt may be silent, in ms: less before its first activity, and after a turn
 * that was the last thing heard.
 */
export function patienceMs({ attempt, spec }: Run): number {
  const { startupMs, idleMs, permissionGraceMs } = spec.policy;
  if (attempt?.trouble?.kind === 'permission') return Math.min(permissionGraceMs, idleMs);
  return attempt?.lastActivity == null || attempt.turnOver !== null ? Math.min(startupMs, idleMs) : idleMs;
}
