import type { WatchdogCondition } from '../../core/report/supervision.ts';
import { StoreError } from '../../store/directory/error.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { silentMs } from '../../store/lease/heartbeat.ts';
import type { LeaseHolder } from '../../store/lease/row.ts';
import { withReader } from '../../store/with-reader.ts';
import { instant } from '../../system/process/clock.ts';
import { isAlive } from '../../system/process/process.ts';

export interface WatchdogNow {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** Returns the watchdog that holds the lease, or null if it is not alive. */
export const watchdogNow = (holder: LeaseHolder | null): WatchdogNow | null =>
  holder !== null && isAlive(holder) ? { pid: holder.pid, since: new Date(holder.takenAt.wall).toISOString() } : null;

/**
 * Returns the condition of the lease holder. After `timeoutMs` without a sign of life it counts as
 * stopped.
 */
export function conditionOf(layout: Layout, holder: LeaseHolder | null, timeoutMs: number): WatchdogCondition {
  if (holder === null || !isAlive(holder)) return 'none';
  return silentMs(layout, holder, instant()) < timeoutMs ? 'alive' : 'stopped';
}

/**
 * Returns the last holder of the lease, or null if there is none or it cannot be read because the
 * disk is full or the database damaged: a watchdog that is started finds out.
 */
export function leaseHolder(layout: Layout): LeaseHolder | null {
  try {
    return withReader(layout, (reader) => reader.lease());
  } catch (error) {
    if (error instanceof StoreError && (error.kind === 'full' || error.kind === 'corrupt')) return null;
    throw error;
  }
}
