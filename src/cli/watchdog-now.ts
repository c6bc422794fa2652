import type { Layout } from '../store/layout.ts';
import type { LeaseHolder } from '../store/lease-row.ts';
import { openReader } from '../store/reader.ts';
import { isAlive } from '../system/process.ts';

export interface WatchdogNow {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** The watchdog that lives now, where this is who took the lease last; null: none does. */
export const watchdogNow = (holder: LeaseHolder | null): WatchdogNow | null =>
  holder !== null && isAlive(holder) ? { pid: holder.pid, since: new Date(holder.takenAt.wall).toISOString() } : null;

/** True while a watchdog lives that cares for the runs of this state. */
export function isWatched(layout: Layout): boolean {
  const reader = openReader(layout);
  try {
    return watchdogNow(reader.lease()) !== null;
  } finally {
    reader.close();
  }
}
