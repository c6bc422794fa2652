import { ANSWER_MS, type LeaseTimes } from './times.ts';

/**
 * What stands in the engine for a lease. (epoch, nonce) is the token of whoever holds it: the epoch
 * only grows, and each try to take the lease has a nonce of its own. The engine's revision is no
 * token: after a power loss it counts again from an older one.
 */
export interface LeaseRow {
  readonly holder: string;
  readonly nonce: string;
  readonly epoch: number;
  /** Counts renewals. */
  readonly beat: number;
  /** Its holder gave it up: nothing of its work is alive. */
  readonly isReleased: boolean;
}

/** A row with the revision that the engine gave it, or no row yet (revision 0). */
export interface Stored<Row = LeaseRow> {
  readonly rev: number;
  readonly row: Row | null;
}

/** `unknown`: it may have been written, or may be written later. A refusal says nothing more. */
export type Swapped = { readonly kind: 'written'; readonly rev: number } | { readonly kind: 'refused' } | { readonly kind: 'unknown' };

export type LeaseEvent =
  | { readonly kind: 'tick' }
  /** The answer to a read; null if the engine did not answer. */
  | { readonly kind: 'read'; readonly stored: Stored | null }
  | { readonly kind: 'swapped'; readonly result: Swapped }
  /** What the lease protected has ended, and is proven gone. */
  | { readonly kind: 'ended' }
  /** Gives the lease up. Only while nothing that it protects is alive. */
  | { readonly kind: 'released' };

export type LeaseAction =
  | { readonly kind: 'read' }
  /** Writes the row if the revision is still this one. */
  | { readonly kind: 'swap'; readonly rev: number; readonly row: LeaseRow }
  /**
   * Puts off the moment at which the service manager ends what the lease protects, for as long as
   * the fence lasts from now. It counts by itself, whatever state this program is in.
   */
  | { readonly kind: 'feed' }
  /** Ends what the lease protects. */
  | { readonly kind: 'end'; readonly because: string };

/** A renewal, or a try to take the lease, that is not known to be written. */
export interface Attempted {
  readonly row: LeaseRow;
  /** When this row was first sent: what is counted from there can only be too short. */
  readonly sentMs: number;
}

/** The lease as this host last saw it change. */
export interface Sighting extends Stored {
  readonly sinceMs: number;
}

interface Common {
  /** The highest epoch seen anywhere: a smaller one comes from an engine that was rolled back. */
  readonly floor: number;
  /** When the engine last answered. */
  readonly answeredMs: number;
  /** A request is under way. There is never more than one. */
  readonly isAsking: boolean;
  /** When it acts again by itself. */
  readonly nextMs: number;
}

/** Another host holds it, or nobody. */
export interface Watching extends Common {
  readonly phase: 'watching';
  readonly seen: Sighting | null;
  /** It has been unchanged for long enough, and is looked at once more. */
  readonly isConfirming: boolean;
}

export interface Taking extends Common {
  readonly phase: 'taking';
  readonly rev: number;
  readonly attempted: Attempted;
  /** The answer was lost: a read shows whether the try was written. */
  readonly isChecking: boolean;
}

export interface Held extends Common {
  readonly phase: 'held';
  readonly rev: number;
  readonly row: LeaseRow;
  readonly untilMs: number;
  readonly attempted: Attempted | null;
  /** A renewal was refused: the row is read to see whose it is. */
  readonly isChecking: boolean;
}

/** It may not work any more, and what it started is being ended. */
export interface Fenced extends Common {
  readonly phase: 'fenced';
  /** Its own last row, which it may follow at once, or null if another host was quicker. */
  readonly own: Stored | null;
}

export interface Releasing extends Common {
  readonly phase: 'releasing';
}

export type Lease = Watching | Taking | Held | Fenced | Releasing;

/** What a step needs besides the lease and the event. */
export interface Moment {
  readonly nowMs: number;
  readonly host: string;
  /** Never used before, by anybody. */
  readonly nonce: string;
  /** This host would like to hold it. */
  readonly wants: boolean;
  /** The epoch that was last written beside what the lease protects; 0 for none. */
  readonly epochBeside: number;
  readonly times: LeaseTimes;
}

export interface Stepped {
  readonly lease: Lease;
  readonly actions: readonly LeaseAction[];
}

/**
 * The service manager counts from the answer, not from the sending. So an answer that a stopped
 * program finds when it goes on feeds nobody.
 */
export const fed = (sentMs: number, nowMs: number): readonly LeaseAction[] => (nowMs - sentMs <= ANSWER_MS ? [{ kind: 'feed' }] : []);

/** A step in which nothing is done. */
export const still = (lease: Lease): Stepped => ({ lease, actions: [] });

/** A lease of which nothing is known yet, but the highest epoch found on this host's disks. */
export const unseen = (nowMs: number, floor: number): Watching => ({
  phase: 'watching',
  floor,
  answeredMs: nowMs,
  isAsking: false,
  nextMs: nowMs,
  seen: null,
  isConfirming: false,
});

/**
 * What a restarted program makes of the lease that it kept on disk, in the same boot: its answers
 * are lost, and what it may do until when has not changed.
 */
export function recalled(lease: Lease, nowMs: number): Lease {
  const common = { isAsking: false, nextMs: nowMs };
  switch (lease.phase) {
    case 'taking':
      return { ...lease, ...common, isChecking: true };
    case 'held':
      return { ...lease, ...common };
    case 'watching':
    case 'releasing':
      return unseen(nowMs, lease.floor);
    case 'fenced':
      return { ...lease, ...common };
  }
}

/** True while what the lease protects may be alive here. */
export const protects = (lease: Lease, nowMs: number): boolean => lease.phase === 'held' && nowMs < lease.untilMs;
