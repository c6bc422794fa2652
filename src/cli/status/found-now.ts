import type { Attempt, Run } from '../../core/model/run.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { silentMs } from '../../store/lease/heartbeat.ts';
import type { LeaseHolder } from '../../store/lease/row.ts';
import { instant } from '../../system/process/clock.ts';
import { bootId, isAlive } from '../../system/process/process.ts';

/** What /proc says about an attempt that was alive when a watchdog last looked. */
export type Found = 'lives' | 'gone' | 'unknown';

/**
 * Looks for the attempt by identity, so that another process with a reused pid does not count.
 * Returns null if no attempt is recorded as alive.
 */
export function foundNow({ attempt }: Pick<Run, 'attempt'>): Found | null {
  if (attempt?.alive !== true) return null;
  const known = identitiesOf(attempt);
  if (known.length === 0) return 'unknown';
  return known.some(isAlive) ? 'lives' : 'gone';
}

const identitiesOf = ({ agent, shim }: Attempt) => [agent, shim].filter((one) => one !== null);

/** Returns for how many ms no watchdog has looked, or null if none has since the machine booted. */
export function unwatchedMs(layout: Layout, holder: LeaseHolder | null): number | null {
  if (holder === null || holder.bootId !== bootId()) return null;
  return Math.max(0, silentMs(layout, holder, instant()));
}
