import type { DiskSample } from './pressure-types.ts';
import type { Instant } from './types.ts';

/** Facts about the machine that no run has for itself. */
export type HostFact =
  | ({ readonly kind: 'disk.sampled' } & DiskSample)
  | { readonly kind: 'reclaim.finished'; readonly action: string; readonly outcome: ReclaimOutcome };

export type HostObservation = HostFact & { readonly seq: number; readonly at: Instant; readonly jitter: number };

/** What one reclaimer did for a device. */
export interface ReclaimStepOutcome {
  readonly reclaimer: string;
  /** Things that it removed. */
  readonly removed: number;
  /** What it said that it freed, and what the filesystem says; null: that can't be measured. */
  readonly claimedBytes: number;
  readonly measuredBytes: number | null;
  /** Why it did nothing, in words; null: it did something, or had nothing to do. */
  readonly problem: string | null;
}

export type ReclaimOutcome =
  /** `steps`: of those that were asked. `others`: that could help, too, but were left out or not needed. */
  | { readonly kind: 'reclaimed'; readonly steps: readonly ReclaimStepOutcome[]; readonly others: readonly string[] }
  | { readonly kind: 'failed' | 'abandoned'; readonly because: string };

export type HostAction =
  | {
      readonly kind: 'reclaim';
      readonly id: string;
      readonly device: string;
      /** A path on the device, for people and for measuring. */
      readonly path: string;
      /** Enough is available when this many bytes and inodes are. */
      readonly untilBytes: number;
      readonly untilInodes: number | null;
      /** Reclaimers that freed nothing a short while ago. */
      readonly without: readonly string[];
      readonly because: string;
    }
  | { readonly kind: 'tell'; readonly id: string; readonly cause: string; readonly because: string; readonly table: readonly string[] };
