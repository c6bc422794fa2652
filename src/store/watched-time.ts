import { readFileSync } from 'node:fs';
import { errorMessage } from '../core/values/error-message.ts';
import { goneOn, type Moment, type WatchedTime } from '../core/values/watched-time.ts';
import { writeAtomically } from '../system/file/write-atomically.ts';
import type { Layout } from './directory/layout.ts';

/**
 * Returns the time that any watchdog was watching, in all, or null if none was or it can't be read.
 */
export function readWatchedTime({ watchedTime }: Pick<Layout, 'watchedTime'>): WatchedTime | null {
  try {
    const read = JSON.parse(readFileSync(watchedTime, 'utf8')) as WatchedTime;
    return isWatchedTime(read) ? read : null;
  } catch {
    return null;
  }
}

const isWatchedTime = ({ sinceWall, seenAt, shifts }: WatchedTime): boolean =>
  Number.isFinite(sinceWall) &&
  [seenAt?.wall, seenAt?.mono].every(Number.isFinite) &&
  typeof seenAt.bootId === 'string' &&
  Array.isArray(shifts) &&
  shifts.every(({ wall, byMs }) => Number.isFinite(wall) && Number.isFinite(byMs));

export interface WatchedClock {
  /**
   * The watched time as of now. Time before this watchdog's first look counts only as far as it was
   * written down.
   */
  look(): WatchedTime;
  /** The same, stored for the next watchdog. Returns what went wrong, or null if nothing did. */
  keep(): string | null;
}

/** The clock of the watchdog that holds the lease. */
export function watchedClock(where: Pick<Layout, 'watchedTime'>, now: () => Moment): WatchedClock {
  let time: WatchedTime | null = null;
  const look = (): WatchedTime => {
    const at = now();
    const before = time ?? readWatchedTime(where);
    time =
      before === null ? { sinceWall: at.wall, seenAt: at, shifts: [] } : goneOn(before, at, time === null ? 'unwatched' : 'continuous');
    return time;
  };
  const keep = () => {
    try {
      writeAtomically(where.watchedTime, JSON.stringify(look()));
      return null;
    } catch (error) {
      return `the watched time can't be written: ${errorMessage(error)}`;
    }
  };
  return { look, keep };
}
