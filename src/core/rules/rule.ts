import type { AccountHold } from '../account/hold.ts';
import type { AccountWindow } from '../account/window.ts';
import type { DiskView } from '../host/disk-view.ts';
import type { OutbreakState } from '../host/outbreak.ts';
import type { RunTrouble } from '../model/cause.ts';
import type { Hold, Instant, Question, RunState } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';
import type { DayCap } from '../spend/day-cap.ts';

/** A rule's verdict: the state of the run, why, and what to do or ask. */
export interface Verdict {
  readonly state: RunState;
  readonly because: string;
  readonly patch?: Partial<Run>;
  /** Why it is not resumed now. Absent if nothing holds it. */
  readonly holds?: readonly Hold[];
  readonly wish?: Wish;
  /** Something that a person must know, once until the next milestone. */
  readonly notice?: { readonly cause: RunTrouble; readonly because: string };
  readonly questions?: readonly Question['kind'][];
  /**
   * Until when it holds (ms, monotonic) if nothing happens before; `NEVER` if only another
   * observation changes it.
   */
  readonly wakeAtMono: number;
  /** A new measurement of its disks may also change it. */
  readonly awaitsDisks?: true;
}

/** A moment that never comes. */
export const NEVER = Number.POSITIVE_INFINITY;

/** An action before it has an id. */
export type Wish =
  | { readonly kind: 'resume'; readonly mode: Attempt['mode']; readonly reason: string }
  | { readonly kind: 'end' | 'end-recovery'; readonly because: string }
  | { readonly kind: 'recover' }
  | { readonly kind: 'escalate'; readonly to: 'supervisor' | 'operator'; readonly cause: RunTrouble };

export interface Moment {
  readonly at: Instant;
  /** 0 ≤ jitter < 1. */
  readonly jitter: number;
  /** The holds of its account. */
  readonly holds: readonly AccountHold[];
  /** The usage windows of its account. Absent if nothing is known. */
  readonly windows?: readonly AccountWindow[];
  readonly disk: DiskView;
  /** Deaths that several runs share. */
  readonly common: OutbreakState;
  /** A supervisor has handed-off runs mended. */
  readonly recovers: boolean;
  /** What all runs may cost in a day. Null or absent if there is no such cap. */
  readonly day?: DayCap | null | undefined;
}

/**
 * A row of the decision table; returns null if it does not apply. It depends on what is known, not
 * on what just happened, so an observation that is lost, late or duplicated makes no lasting
 * difference.
 */
export type Rule = (run: Run, now: Moment) => Verdict | null;

/** Nothing changes until then. */
export const stay = (run: Run, wakeAtMono = NEVER): Verdict => ({ state: run.state, because: run.because, holds: run.holds, wakeAtMono });

/** A person is asked, and nothing is planned meanwhile. */
export const toOperator = (cause: RunTrouble) =>
  ({ patch: { due: null }, wish: { kind: 'escalate', to: 'operator', cause }, wakeAtMono: NEVER }) satisfies Partial<Verdict>;
