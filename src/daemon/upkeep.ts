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
  /** Writes down that somebody watches: what is removed for its age ages by nothing else. What went wrong, in words; null: nothing. */
  readonly keepTime: () => string | null;
  readonly report: (problem: string) => void;
}

/** It is looked for old rows at one turn in so many; at each while there are some. */
const TURNS_PER_TIDY = 12;

/** What has to be done on every beat, whatever happens; above all a sign of life is given. Throws StoreError. */
export function upkeep({ layout, state, settings, keepTime, report }: Chores): (turn: number) => void {
  let isTidy = true;
  return (turn) => {
    if (!state.isInPlace())
      throw new StoreError('lease-lost', `the state in ${layout.stateDir} was removed or replaced; this watchdog has to end`);
    refuseReadOnly(layout);
    if (!isTidy || turn % TURNS_PER_TIDY === 0) isTidy = !state.store.tidy();
    reserveBallast(layout.ballast, settings.ballastBytes);
    const problem = beat(layout, { bootId: state.lease.bootId, mono: instant().mono });
    if (problem !== null) report(problem);
    const lost = turn % TURNS_PER_TIDY === 0 ? keepTime() : null;
    if (lost !== null) report(lost);
  };
}
