import type { Surroundings } from './context.ts';
import type { Wake } from './decision.ts';
import type { DiskView } from './host/disk-view.ts';
import type { Instant } from './model/facts.ts';
import type { Run } from './model/run.ts';
import { canEscalate } from './model/states.ts';
import { CLOCKS_APART_MS, holdsUntil } from './wake.ts';

/** Until when a decision about a run holds, and what it depends on. */
export interface Standing {
  /** Monotonic, ms. */
  readonly mono: number;
  readonly awaitsDisks: boolean;
  readonly around: Pick<Surroundings, 'holds' | 'windows' | 'disk' | 'common' | 'day'>;
  /** By how much the wall clock is ahead of the monotonic one. */
  readonly ahead: number;
}

export const standingOf = ({ atMono, awaitsDisks }: Wake, around: Surroundings, { wall, mono }: Instant): Standing => ({
  mono: atMono ?? Number.POSITIVE_INFINITY,
  awaitsDisks,
  around,
  ahead: wall - mono,
});

/** The run judged as of now. A run that cannot be judged is due once: the decision escalates it. */
export function judged(run: Run, around: Surroundings, now: Instant): Standing {
  try {
    const { wakeAtMono, awaitsDisks = false } = holdsUntil(run, { ...around, at: now, jitter: 0 });
    return { mono: wakeAtMono, awaitsDisks, around, ahead: now.wall - now.mono };
  } catch {
    return { mono: canEscalate(run.state) ? now.mono : Number.POSITIVE_INFINITY, awaitsDisks: false, around, ahead: now.wall - now.mono };
  }
}

/**
 * True while nothing around the run has changed that its verdict depends on, and the two clocks
 * agree.
 */
export const stands = (known: Standing, { holds, windows, disk, common, day }: Surroundings, { wall, mono }: Instant): boolean =>
  known.around.holds === holds &&
  known.around.windows === windows &&
  known.around.day === day &&
  known.around.common.outbreak === common.outbreak &&
  isSameView(known.around.disk, disk, known.awaitsDisks) &&
  Math.abs(known.ahead - (wall - mono)) < CLOCKS_APART_MS;

/** Disks are measured all the time, mostly without a change. */
const isSameView = (one: DiskView, other: DiskView, awaitsDisks: boolean): boolean =>
  one === other ||
  (one.isPressed === other.isPressed && one.hold?.because === other.hold?.because && (!awaitsDisks || one.takenMono === other.takenMono));
