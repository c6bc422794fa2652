import type { Attempt, Run } from '../../core/model/run.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { silentMs } from '../../store/lease/heartbeat.ts';
import type { LeaseHolder } from '../../store/lease/row.ts';
import { instant } from '../../system/process/clock.ts';
import { bootId, isAlive } from '../../system/process/process.ts';

/** What /proc says of an attempt that lived when a watchdog last looked. */
export type Found = 'lives' | 'gone' | 'unknown';

/**
 * By identity: another process that was given its pid is not it. Null: no attempt is said to live.
 */
export function foundNow({ attempt }: Pick<Run, 'attempt'>): Found | null {
  if (attempt?.alive !== true) return null;
  const known = identitiesOf(attempt);
  if (known.length === 0) return 'unknown';
  return known.some(isAlive) ? 'lives' : 'gone';
}

const identitiesOf = ({ agent, shim }: Attempt) => [agent, shim].filter((one) => one !== null);

/**
 * For how many ms no watchdog has looked; null: none ever has, or not since the machine was
 * started.
 */
export function unwatchedMs(layout: Layout, holder: LeaseHolder | null): number | null {
  if (holder === null || holder.bootId !== bootId()) return null;
  return Math.max(0, silentMs(layout, holder, instant()));
}
