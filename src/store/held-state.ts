import { statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { ProcessIdentity } from '../core/model/facts.ts';
import { reserveBallast } from '../system/disk/ballast.ts';
import { instant } from '../system/process/clock.ts';
import { identify, isAlive, signalProcess } from '../system/process/process.ts';
import { LIMITS } from './db/retention.ts';
import { StoreError } from './directory/error.ts';
import type { Layout } from './directory/layout.ts';
import { makeRoom } from './directory/make-room.ts';
import type { Replacement } from './directory/replace-database.ts';
import { releaseLease, takeLease } from './lease/lease.ts';
import type { LeaseHolder } from './lease/row.ts';
import { inspectAfterDamage, mendDatabase } from './mend-database.ts';
import { openStore, type Store } from './store.ts';

/** The state, held by this process: no other process writes to it. */
export interface HeldState {
  readonly kind: 'held-by-us';
  readonly store: Store;
  readonly lease: LeaseHolder;
  /**
   * Returns false if another process has removed or replaced the state. Nobody will find what is
   * written from then on.
   */
  isInPlace(): boolean;
  close(): void;
  /** The replacement of a damaged database by a copy, or null if the database was intact. */
  readonly putBack: Replacement | null;
}

export type Hold = HeldState | { readonly kind: 'held-by-other'; readonly by: LeaseHolder; readonly silentMs: number };

/** How long to wait for a killed watchdog to die. */
const DEATH_MS = 2000;

export interface HoldOptions {
  readonly leaseTimeoutMs: number;
  readonly ballastBytes: number;
  readonly historyMaxAgeMs?: number;
}

/**
 * Takes the lease and opens the state, with the ballast as the last reserve on a full disk. If the
 * database is damaged, the newest intact copy replaces it first. Throws StoreError.
 */
export async function acquireState(where: Layout, options: HoldOptions): Promise<Hold> {
  try {
    return await hold(where, options, null);
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === 'corrupt')) throw error;
    return hold(
      where,
      options,
      mendDatabase(where, error, () => makeRoom(where)),
    );
  }
}

async function hold(where: Layout, options: HoldOptions, putBack: Replacement | null): Promise<Hold> {
  const me = identify(process.pid);
  if (me === null) throw new Error('this process cannot find itself in /proc');
  const release = () => makeRoom(where);
  const answer = await takeLease(where, me, options.leaseTimeoutMs, {
    isAlive,
    kill,
    now: instant,
    pause: (ms) => setTimeout(ms),
    releaseBallast: release,
  });
  if (answer.kind === 'held') return { kind: 'held-by-other', by: answer.by, silentMs: answer.silentMs };
  const store = openStore(where, answer.lease, release, { ...LIMITS, endedMaxAgeMs: options.historyMaxAgeMs ?? LIMITS.endedMaxAgeMs });
  try {
    inspectAfterDamage(where);
  } catch (error) {
    store.close();
    throw error;
  }
  reserveBallast(where.ballast, options.ballastBytes);
  const opened = statSync(where.database);
  const isInPlace = () => {
    const now = statSync(where.database, { throwIfNoEntry: false });
    return now?.ino === opened.ino && now.dev === opened.dev;
  };
  const close = () => {
    store.close();
    try {
      if (isInPlace()) releaseLease(where, answer.lease, release);
    } catch (error) {
      // The next watchdog will find the holder dead. The reason for this one's end is reported
      // elsewhere.
      if (!(error instanceof StoreError)) throw error;
    }
  };
  return { kind: 'held-by-us', store, lease: answer.lease, isInPlace, close, putBack };
}

async function kill(identity: ProcessIdentity): Promise<boolean> {
  signalProcess(identity, 'SIGKILL');
  for (let waitedMs = 0; waitedMs < DEATH_MS && isAlive(identity); waitedMs += 20) await setTimeout(20);
  return !isAlive(identity);
}
