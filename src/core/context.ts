import type { AccountHold } from './account/hold.ts';
import type { AccountWindow } from './account/window.ts';
import type { DiskView } from './host/disk-view.ts';
import { NO_OUTBREAK, type OutbreakState } from './host/outbreak.ts';
import type { DayCap } from './spend/day-cap.ts';

/** What a run does not decide for itself. */
export interface Surroundings {
  readonly hostEnabled: boolean;
  /** The holds of its account. */
  readonly holds: readonly AccountHold[];
  /** The usage windows of its account. Absent in older journals, which means unknown. */
  readonly windows?: readonly AccountWindow[];
  readonly disk: DiskView;
  /** Deaths that several runs share. */
  readonly common: OutbreakState;
  /** A supervisor has handed-off runs mended. */
  readonly recovers: boolean;
  /** The holds of its recovery agent's account. */
  readonly recoveryHolds: readonly AccountHold[];
  /** The usage windows of that account. */
  readonly recoveryWindows?: readonly AccountWindow[];
  /** What all runs may cost in a day. Null or absent if there is no such cap. */
  readonly day?: DayCap | null | undefined;
}

export const ALONE: Surroundings = {
  hostEnabled: true,
  holds: [],
  disk: { hold: null, isPressed: false, takenMono: null },
  common: NO_OUTBREAK,
  recovers: false,
  recoveryHolds: [],
};
