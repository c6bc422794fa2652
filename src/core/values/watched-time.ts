import type { Instant } from './instant.ts';

/** A moment whose two clocks are comparable with those of another moment of the same boot. */
export interface Moment extends Instant {
  readonly bootId: string;
}

/**
 * A place where the wall clock went on without watched time: nobody watched, or the clock was set.
 * Negative if it was set back.
 */
export interface Shift {
  readonly wall: number;
  readonly byMs: number;
  /**
   * How long nobody watched, by the clock that counts since boot. Null across a reboot, where no
   * clock tells. Absent if somebody watched and the clock was set.
   */
  readonly unwatchedMs?: number | null;
}

/**
 * Watched time, mapped to the current wall clock: dates move along when the wall clock goes on and
 * nobody watches.
 */
export interface WatchedTime {
  /** Since when time is counted. */
  readonly sinceWall: number;
  readonly seenAt: Moment;
  /** Oldest first. */
  readonly shifts: readonly Shift[];
}

/**
 * The maximum between two looks of one watcher. A watcher that took longer was stopped and saw
 * nothing meanwhile.
 */
const LONGEST_LOOK_MS = 600_000;
/** Clocks are adjusted by less than this all the time. */
const ADJUSTMENT_MS = 2000;
const MAX_SHIFTS = 200;

/**
 * How the time between two moments was covered: by one watcher, by a new one, or proven by a record
 * of what happened.
 */
export type Watch = 'continuous' | 'unwatched' | 'proven';

/**
 * The time between two moments that counts. Across a reboot it is none: no clock tells how long it
 * took.
 */
function watchedMs(before: Moment, at: Moment, watch: Watch): number {
  const elapsedMs = at.bootId === before.bootId ? Math.max(0, at.mono - before.mono) : 0;
  if (watch === 'proven') return elapsedMs;
  return watch === 'continuous' && elapsedMs <= LONGEST_LOOK_MS ? elapsedMs : 0;
}

/** By how much dates must move so that they age only by watched time. */
export function shiftMs(before: Moment, at: Moment, watch: Watch): number {
  const byMs = at.wall - before.wall - watchedMs(before, at, watch);
  return watch === 'continuous' && Math.abs(byMs) < ADJUSTMENT_MS ? 0 : byMs;
}

/** How long nobody watched before this moment, as in a shift. */
function unwatchedMs(before: Moment, at: Moment, watch: Watch): Shift['unwatchedMs'] {
  if (at.bootId !== before.bootId) return null;
  const elapsedMs = Math.max(0, at.mono - before.mono);
  return watchedMs(before, at, watch) === elapsedMs ? undefined : elapsedMs;
}

export function goneOn(time: WatchedTime, at: Moment, watch: Watch): WatchedTime {
  const byMs = shiftMs(time.seenAt, at, watch);
  const unwatched = unwatchedMs(time.seenAt, at, watch);
  if (byMs === 0 && unwatched === undefined) return { ...time, seenAt: at };
  const shift: Shift = { wall: at.wall, byMs, ...(unwatched === undefined ? {} : { unwatchedMs: unwatched }) };
  const before = byMs === 0 ? time.shifts : time.shifts.map((one) => ({ ...one, wall: one.wall + byMs }));
  return { sinceWall: time.sinceWall + byMs, seenAt: at, shifts: merged([...before, shift]) };
}

/** Merges two shifts so that nothing gets older than with both. */
function merged(shifts: readonly Shift[]): readonly Shift[] {
  if (shifts.length <= MAX_SHIFTS) return shifts;
  const [first, second, ...rest] = shifts as readonly [Shift, Shift, ...Shift[]];
  const byMs = Math.max(mostMs(second), second.byMs + mostMs(first));
  return [{ wall: second.wall, byMs, ...(isOfUnknownLength(first) || isOfUnknownLength(second) ? { unwatchedMs: null } : {}) }, ...rest];
}

const isOfUnknownLength = ({ unwatchedMs: ms }: Shift): boolean => ms === null;

/**
 * By how much a date from before the shift, or from the time it covers, may be too early. A clock
 * that was set back meanwhile hides how long that was; across a reboot nothing else tells.
 */
const mostMs = ({ byMs, unwatchedMs: ms }: Shift): number =>
  ms === null && byMs < 0 ? Number.POSITIVE_INFINITY : Math.max(byMs, ms ?? Number.NEGATIVE_INFINITY);

/**
 * How much of an apparent age may not be age: for something dated within the last `horizonMs` of
 * watched time, by the wall clock of its day.
 */
export function doubtMs({ shifts }: Pick<WatchedTime, 'shifts'>, nowWall: number, horizonMs = Number.POSITIVE_INFINITY): number {
  let [sum, most] = [0, 0];
  for (const shift of shifts.toReversed()) {
    if (nowWall - shift.wall > horizonMs) break;
    most = Math.max(most, sum + mostMs(shift));
    sum += shift.byMs;
  }
  return most;
}

/**
 * The latest moment that a wall-clock date can mean. A date from before a shift, or from the time
 * it covers, is from before its end; across a reboot the amount is unknown.
 */
export function latestOf({ shifts }: Pick<WatchedTime, 'shifts'>, wall: number, nowWall: number): number {
  let [sum, latest] = [0, wall];
  for (const shift of shifts.toReversed()) {
    const byMs = isOfUnknownLength(shift) ? Number.POSITIVE_INFINITY : mostMs(shift);
    latest = Math.max(latest, Math.min(shift.wall, wall + sum + byMs));
    sum += shift.byMs;
  }
  return Math.min(nowWall, latest);
}

/** Whether something with a wall-clock date is that old in watched time, whatever the clock did. */
export const isSurelyOld = (time: WatchedTime, wall: number, nowWall: number, ageMs: number): boolean =>
  nowWall - time.sinceWall >= ageMs && nowWall - wall - doubtMs(time, nowWall, ageMs) >= ageMs;
