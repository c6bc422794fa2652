import type { PressureState } from '../model/disk.ts';
import type { StateNotified } from '../model/state-findings.ts';
import type { Effort } from './effort.ts';
import { NO_OUTBREAK, type OutbreakState, outbreakAfterRestart } from './outbreak.ts';
import { NO_PRESSURE } from './pressure.ts';

/** What is known about the machine, and what is being done about it. */
export interface Host {
  readonly pressure: PressureState;
  /** The reclaim in flight; there is only one at a time. */
  readonly pending: { readonly id: string; readonly device: string } | null;
  /** By device, for as long as it is under pressure. */
  readonly efforts: Readonly<Record<string, Effort>>;
  readonly common: OutbreakState;
  /** What a person was notified of about dogwatch's own state. Absent if nothing. */
  readonly state?: StateNotified;
  /** A person was notified that the day's cap is spent, until then. Absent if not. */
  readonly daySpent?: { readonly untilWall: number };
}

export const NEW_HOST: Host = { pressure: NO_PRESSURE, pending: null, efforts: {}, common: NO_OUTBREAK };

/**
 * What a new watchdog takes over: measurements are void, resting reclaimers are tried again, and
 * notifications are kept.
 */
export const takenOver = ({ efforts, common, state, daySpent }: Host): Host => ({
  ...NEW_HOST,
  ...(state === undefined ? {} : { state }),
  ...(daySpent === undefined ? {} : { daySpent }),
  common: outbreakAfterRestart(common),
  efforts: Object.fromEntries(
    Object.entries(efforts).map(([device, effort]) => [device, { ...effort, resting: {}, exhaustedUntilMono: null }]),
  ),
});
