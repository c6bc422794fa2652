import type { Cause } from './cause.ts';
import type { DiskFact } from './disk.ts';
import type { Instant } from './facts.ts';
import type { AskedInside } from './inside.ts';
import type { StateFact } from './state-findings.ts';

/** Facts about the machine rather than about a run. */
export type HostFact =
  | DiskFact
  | StateFact
  | { readonly kind: 'reclaim.finished'; readonly action: string; readonly outcome: ReclaimOutcome }
  /** The operator acknowledged what is wrong with the machine. */
  | {
      readonly kind: 'host.acknowledged';
      readonly request: string;
      /** Subjects of the open notices about the machine. */
      readonly notices: readonly string[];
      /** A process of a run requested it. Absent if the operator did. */
      readonly inside?: AskedInside;
    }
  /** The operator removes a run that is over, with all that is kept of it. */
  | {
      readonly kind: 'run.removed';
      readonly request: string;
      /** Its id. */
      readonly run: string;
      readonly inside?: AskedInside;
    };

export type HostObservation = HostFact & { readonly seq: number; readonly at: Instant; readonly jitter: number };

/** What one reclaimer did for a filesystem. */
export interface ReclaimStepOutcome {
  readonly reclaimer: string;
  /** The number of things that it removed. */
  readonly removed: number;
  /**
   * What it claims to have freed, and what the filesystem shows, or null if that cannot be
   * measured.
   */
  readonly claimedBytes: number;
  readonly measuredBytes: number | null;
  /** Inodes gained, or null if they were not short or cannot be measured. */
  readonly measuredInodes: number | null;
  /** Why it did less than it could, or null if it did all that it may. */
  readonly problem: string | null;
}

export type ReclaimOutcome =
  | {
      readonly kind: 'reclaimed';
      /** From the reclaimers that were asked, in order. */
      readonly steps: readonly ReclaimStepOutcome[];
      /** The reclaimers that rest or were no longer needed. */
      readonly others: readonly string[];
      /** The requested amount is available now, whoever freed it. */
      readonly isEnough: boolean;
      /** What uses the space there, largest first. Not determined if enough is available. */
      readonly largest: readonly string[];
    }
  | { readonly kind: 'failed' | 'abandoned'; readonly because: string };

export type HostAction =
  | {
      readonly kind: 'reclaim';
      readonly id: string;
      readonly device: string;
      /** A path on the filesystem, for people and for measuring. */
      readonly path: string;
      /** Enough once this much is available. */
      readonly untilBytes: number;
      readonly untilInodes: number;
      /** Reclaimers that recently freed nothing there. */
      readonly without: readonly string[];
      readonly because: string;
    }
  | {
      readonly kind: 'tell';
      readonly id: string;
      readonly cause: Cause;
      readonly because: string;
      /** What was tried, and what it freed. */
      readonly tried: readonly string[];
      readonly isOver: boolean;
    };
