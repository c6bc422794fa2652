import type { Settings } from '../settings/settings.ts';
import { StoreError } from '../store/directory/error.ts';
import type { Layout } from '../store/directory/layout.ts';
import { refuseReadOnly } from '../store/directory/read-only-state.ts';
import type { HeldState } from '../store/held-state.ts';
import { beat } from '../store/lease/heartbeat.ts';
import { reserveBallast } from '../system/disk/ballast.ts';
import { instant } from '../system/process/clock.ts';

export interface Chores {
  readonly layout: Layout;
  readonly state: HeldState;
  readonly settings: Settings;
  /**
   * Records that a watchdog is watching: whatever is removed for its age ages only by this time.
   * Returns what went wrong, or null if nothing did.
   */
  readonly keepTime: () => string | null;
  readonly report: (problem: string) => void;
}

/** Prune old rows every 12th turn, or every turn while any are left. */
const TURNS_PER_TIDY = 12;

/** The work of every beat, whatever happens; above all, the sign of life. Throws StoreError. */
export function upkeep({ layout, state, settings, keepTime, report }: Chores): (turn: number) => void {
  let isTidy = true;
  return (turn) => {
    if (!state.isInPlace())
      throw new StoreError('lease-lost', `the state in ${layout.stateDir} was removed or replaced; this watchdog must exit`);
    refuseReadOnly(layout);
    if (!isTidy || turn % TURNS_PER_TIDY === 0) isTidy = !state.store.tidy();
    reserveBallast(layout.ballast, settings.ballastBytes);
    const problem = beat(layout, { bootId: state.lease.bootId, mono: instant().mono });
    if (problem !== null) report(problem);
    const lost = turn % TURNS_PER_TIDY === 0 ? keepTime() : null;
    if (lost !== null) report(lost);
  };
}
