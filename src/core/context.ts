import type { AccountHold } from './account/hold.ts';
import type { DiskView } from './host/disk-view.ts';
import { type CommonCause, NOTHING_COMMON } from './host/outbreak.ts';

/** What a run does not decide for itself. */
export interface Surroundings {
  readonly hostEnabled: boolean;
  /** The holds of its account. */
  readonly holds: readonly AccountHold[];
  readonly disk: DiskView;
  /** What several runs died of. */
  readonly common: CommonCause;
  /** A supervisor has runs mended that were handed off. */
  readonly recovers: boolean;
  /** The holds of the account of its recovery agent. */
  readonly recoveryHolds: readonly AccountHold[];
}

export const ALONE: Surroundings = {
  hostEnabled: true,
  holds: [],
  disk: { hold: null, isPressed: false, takenMono: null },
  common: NOTHING_COMMON,
  recovers: false,
  recoveryHolds: [],
};
