import type { DatabaseSync } from 'node:sqlite';
import type { Instant, ProcessIdentity } from '../../core/model/facts.ts';
import { inspect, openDatabase, type ReleaseBallast, withRoom } from '../db/database.ts';
import { busy } from '../directory/error.ts';
import type { Layout } from '../directory/layout.ts';
import { beat, silentMs } from './heartbeat.ts';
import { type LeaseHolder, readLease } from './row.ts';

export type LeaseAnswer =
  | { readonly kind: 'taken'; readonly lease: LeaseHolder }
  | { readonly kind: 'held'; readonly by: LeaseHolder; readonly silentMs: number };

export interface LeaseDeps {
  isAlive(identity: ProcessIdentity): boolean;
  /** Kills exactly this process. Returns true once it is proven dead. */
  kill(identity: ProcessIdentity): Promise<boolean>;
  now(): Instant;
  pause(ms: number): Promise<void>;
  readonly releaseBallast: ReleaseBallast;
}

/**
 * More than two heartbeats: a living holder whose heartbeat was lost writes a new one meanwhile.
 */
const SECOND_LOOK_MS = 5000;
/** Others may be faster; then their lease is checked. */
const TRIES = 5;

/**
 * Takes the lease if it is free or its holder is proven dead. A holder without a sign of life for
 * `timeoutMs` (stopped or stuck) is killed by its identity, after a second look. A living holder
 * never has to wait: nothing is locked before its death is proven.
 */
export async function takeLease(where: Layout, me: ProcessIdentity, timeoutMs: number, deps: LeaseDeps): Promise<LeaseAnswer> {
  // Another watchdog may be running: only the holder of the lease migrates the state.
  const db = openDatabase(where, deps.releaseBallast, 'leave');
  try {
    for (let left = TRIES; left > 0; left--) {
      const { fence, holder } = withRoom(where.database, deps.releaseBallast, () => readLease(db));
      if (holder !== null && !(await isGone(where, me, holder, timeoutMs, deps)))
        return { kind: 'held', by: holder, silentMs: silentMs(where, holder, deps.now()) };
      // A damaged database is not written to.
      withRoom(where.database, deps.releaseBallast, () => inspect(db, where.database));
      const lease = withRoom(where.database, deps.releaseBallast, () => take(db, fence, me, deps.now()));
      if (lease === null) continue;
      beat(where, { bootId: me.bootId, mono: lease.takenAt.mono });
      return { kind: 'taken', lease };
    }
    throw busy(where.database, `${TRIES} others took the lease one after another`);
  } finally {
    db.close();
  }
}

/** Gives the lease back. Does nothing if another process holds it meanwhile. */
export function releaseLease(where: Layout, { fence }: LeaseHolder, releaseBallast: ReleaseBallast): void {
  const db = openDatabase(where, releaseBallast, 'leave');
  try {
    withRoom(where.database, releaseBallast, () =>
      db.prepare('UPDATE lease SET boot = NULL, pid = NULL, ticks = NULL, wall = NULL, mono = NULL WHERE fence = ?').run(fence),
    );
  } finally {
    db.close();
  }
}

async function isGone(where: Layout, me: ProcessIdentity, holder: LeaseHolder, timeoutMs: number, deps: LeaseDeps): Promise<boolean> {
  if (holder.bootId !== me.bootId || !deps.isAlive(holder)) return true;
  if (silentMs(where, holder, deps.now()) < timeoutMs) return false;
  await deps.pause(SECOND_LOOK_MS);
  // If a faster process beats already, the holder that was checked is dead, and the lease is read
  // again.
  if (deps.isAlive(holder) && silentMs(where, holder, deps.now()) < timeoutMs) return false;
  return deps.kill(holder);
}

/** Takes the lease atomically, or returns null if the fence is not the one that was read. */
function take(db: DatabaseSync, fence: number, me: ProcessIdentity, now: Instant): LeaseHolder | null {
  const taken = db
    .prepare('UPDATE lease SET fence = fence + 1, boot = ?, pid = ?, ticks = ?, wall = ?, mono = ? WHERE fence = ?')
    .run(me.bootId, me.pid, me.startTicks, now.wall, now.mono, fence);
  return taken.changes === 1 ? { ...me, fence: fence + 1, takenAt: now } : null;
}
