import type { DatabaseSync } from 'node:sqlite';
import type { Instant, ProcessIdentity } from '../../core/model/facts.ts';
import { corrupt, StoreError } from '../directory/error.ts';

/**
 * Who may act on the runs, as stored. `fence` grows each time the lease is taken: records with a
 * lower one are from a former holder.
 */
export interface LeaseHolder extends ProcessIdentity {
  readonly fence: number;
  readonly takenAt: Instant;
}

/** The lease now: `holder` is null if nobody holds it; `fence` is the last one issued. */
export function readLease(db: DatabaseSync): { readonly fence: number; readonly holder: LeaseHolder | null } {
  const row = db.prepare('SELECT fence, boot, pid, ticks, wall, mono FROM lease').get() as unknown as Row | undefined;
  if (row === undefined) throw corrupt(db.location() ?? '', 'one without a lease');
  const { fence, boot, pid, ticks, wall, mono } = row;
  if (boot === null) return { fence, holder: null };
  return { fence, holder: { bootId: boot, pid, startTicks: ticks, fence, takenAt: { wall, mono } } };
}

interface Row {
  readonly fence: number;
  readonly boot: string | null;
  readonly pid: number;
  readonly ticks: number;
  readonly wall: number;
  readonly mono: number;
}

/** A writer that was too slow or suspended: another process holds the lease by now. */
export const leaseLost = (to: LeaseHolder | null): StoreError => {
  const got = to === null ? 'it is free' : `pid ${to.pid} holds it (fence ${to.fence})`;
  return new StoreError('lease-lost', `this watchdog no longer holds the lease: ${got}. Nothing was written; it must exit`);
};
