import type { Reader } from '../store/reader.ts';
import { isAlive } from '../system/process.ts';

export interface WatchdogNow {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** The watchdog that lives now; null: none does. */
export function watchdogNow(reader: Reader): WatchdogNow | null {
  const holder = reader.lease();
  return holder !== null && isAlive(holder) ? { pid: holder.pid, since: new Date(holder.takenAt.wall).toISOString() } : null;
}
