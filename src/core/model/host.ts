import type { Cause } from './cause.ts';
import type { DiskFact } from './disk.ts';
import type { Instant } from './facts.ts';
import type { AskedInside } from './inside.ts';
import type { StateFact } from './state-findings.ts';

/** Facts about the machine, which no run has for itself. */
export type HostFact =
  | DiskFact
  | StateFact
  | { readonly kind: 'reclaim.finished'; readonly action: string; readonly outcome: ReclaimOutcome }
  /** The operator knows of what is wrong with the machine. */
  | {
      readonly kind: 'host.acknowledged';
      readonly request: string;
      /** Subjects of the open notices about the machine. */
      readonly notices: readonly string[];
      /** A process of a run has asked for it; absent: the operator. */
      readonly inside?: AskedInside;
    };

export type HostObservation = HostFact & { readonly seq: number; readonly at: Instant; readonly jitter: number };

/** What one reclaimer did for a filesystem. */
export interface ReclaimStepOutcome {
  readonly reclaimer: string;
  /** Things that it removed. */
  readonly removed: number;
  /** What it said that it freed, and what the filesystem says; null: that can't be measured. */
  readonly claimedBytes: number;
  readonly measuredBytes: number | null;
  /** Inodes that the filesystem has more than before; null: they were not short, or can't be measured. */
  readonly measuredInodes: number | null;
  /** Why it did less than it could, in words; null: it did all that it may. */
  readonly problem: string | null;
}

export type ReclaimOutcome =
  | {
      readonly kind: 'reclaimed';
      /** Of those that were asked, in their order. */
      readonly steps: readonly ReclaimStepOutcome[];
      /** Those that rest, or were not needed any more. */
      readonly others: readonly string[];
      /** As much is available now as was asked for, whoever freed it. */
      readonly isEnough: boolean;
      /** What takes the space there, the largest first; where it is enough, nobody looks. */
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
      /** It is enough when so much is available. */
      readonly untilBytes: number;
      readonly untilInodes: number;
      /** Reclaimers that freed nothing there a short while ago. */
      readonly without: readonly string[];
      readonly because: string;
    }
  | {
      readonly kind: 'tell';
      readonly id: string;
      readonly cause: Cause;
      readonly because: string;
      /** What was tried, and what it brought. */
      readonly tried: readonly string[];
      readonly isOver: boolean;
    };
