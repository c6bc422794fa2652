import type { Instant } from './types.ts';

/** A moment whose two clocks can be compared with those of another moment of the same boot. */
export interface Moment extends Instant {
  readonly bootId: string;
}

/** Where the wall clock went on without watched time: nobody watched, or the clock was set. Negative: it was set back. */
export interface Shift {
  readonly wall: number;
  readonly byMs: number;
}

/** Time that somebody watched, put on the wall clock of now: dates move along when the wall clock goes on and nobody watches. */
export interface WatchedTime {
  /** Since when time is counted. */
  readonly sinceWall: number;
  readonly seenAt: Moment;
  /** Oldest first. */
  readonly shifts: readonly Shift[];
}

/** Between two looks of one watcher. A watcher that took longer was stopped, and saw nothing meanwhile. */
export const LONGEST_LOOK_MS = 600_000;
/** Clocks are adjusted by less than this all the time. */
const ADJUSTMENT_MS = 2000;
const MAX_SHIFTS = 200;

/** How it was between two moments: by one watcher, by a watcher that came anew, or proven by a record of what happened meanwhile. */
export type Watch = 'continuous' | 'unwatched' | 'proven';

/** The time between two moments that counts. Over a reboot nothing does: no clock tells how long it took. */
export function watchedMs(before: Moment, at: Moment, watch: Watch): number {
  const elapsedMs = at.bootId === before.bootId ? Math.max(0, at.mono - before.mono) : 0;
  if (watch === 'proven') return elapsedMs;
  return watch === 'continuous' && elapsedMs <= LONGEST_LOOK_MS ? elapsedMs : 0;
}

/** By how much dates have to move so that they age by watched time alone. */
export function shiftMs(before: Moment, at: Moment, watch: Watch): number {
  const byMs = at.wall - before.wall - watchedMs(before, at, watch);
  return watch === 'continuous' && Math.abs(byMs) < ADJUSTMENT_MS ? 0 : byMs;
}

export const movedBy = (time: WatchedTime, byMs: number, at: Moment): WatchedTime =>
  byMs === 0
    ? { ...time, seenAt: at }
    : {
        sinceWall: time.sinceWall + byMs,
        seenAt: at,
        shifts: merged([...time.shifts.map((shift) => ({ ...shift, wall: shift.wall + byMs })), { wall: at.wall, byMs }]),
      };

export const goneOn = (time: WatchedTime, at: Moment, watch: Watch): WatchedTime => movedBy(time, shiftMs(time.seenAt, at, watch), at);

/** Two shifts as one make nothing older than they did. */
function merged(shifts: readonly Shift[]): readonly Shift[] {
  if (shifts.length <= MAX_SHIFTS) return shifts;
  const [first, second, ...rest] = shifts as readonly [Shift, Shift, ...Shift[]];
  return [{ wall: second.wall, byMs: Math.max(second.byMs, first.byMs + second.byMs) }, ...rest];
}

/**
 * How much of what the wall clock says may not be age: of something that was dated within the last `horizonMs` of watched time, by the
 * wall clock of its day.
 */
export function doubtMs({ shifts }: Pick<WatchedTime, 'shifts'>, nowWall: number, horizonMs = Number.POSITIVE_INFINITY): number {
  let [sum, most] = [0, 0];
  for (const { wall, byMs } of shifts.toReversed()) {
    if (nowWall - wall > horizonMs) break;
    sum += byMs;
    most = Math.max(most, sum);
  }
  return most;
}

/** Whether something with a date of the wall clock is that old in watched time, whatever the clock did. */
export const isSurelyOld = (time: WatchedTime, wall: number, nowWall: number, ageMs: number): boolean =>
  nowWall - time.sinceWall >= ageMs && nowWall - wall - doubtMs(time, nowWall, ageMs) >= ageMs;
