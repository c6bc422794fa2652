import { fingerprint } from './fingerprint.ts';
import type { Outbox } from './outbox.ts';
import type { LeaseTimes } from './times.ts';

/** What a host says of its changes with a beat. */
export interface Summary {
  /** The number of its last change, and the fingerprint of all its rows. */
  readonly lastChange: number;
  readonly fingerprint: number;
  /** How many of its rows it could not send yet. */
  readonly unposted: number;
}

export const summary = ({ last, rows }: Outbox): Summary => ({
  lastChange: last,
  fingerprint: fingerprint(rows),
  unposted: [...rows.values()].filter(({ isPosted }) => !isPosted).length,
});

/**
 * Whether a host says anew what it has to say with a beat. Also when a beat is sent once more: what
 * it said when the engine could not be reached must not arrive as what is true now.
 */
export function isToBeat({ asked, nextMs, rows }: Outbox, saidMs: number, nowMs: number, { renewMs }: LeaseTimes): boolean {
  if (asked !== null) return false;
  return nowMs - saidMs >= renewMs || (nowMs >= nextMs && [...rows.values()].some(({ isPosted }) => !isPosted));
}
