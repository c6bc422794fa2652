import type { WatchdogCondition } from '../core/report/supervision.ts';
import type { Layout } from '../store/directory/layout.ts';
import { silentMs } from '../store/lease/heartbeat.ts';
import type { LeaseHolder } from '../store/lease/row.ts';
import { instant } from '../system/process/clock.ts';
import { bootId, isAlive } from '../system/process/process.ts';

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
 * Returns for how many ms the last holder of the lease has given no sign of life, or null if that
 * is not known because the machine was booted since.
 */
export function silence(layout: Layout, holder: LeaseHolder | null): number | null {
  if (holder === null || holder.bootId !== bootId()) return null;
  return Math.max(0, silentMs(layout, holder, instant()));
}
