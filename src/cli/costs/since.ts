import { dayOf, QUARTER_MS } from '../../core/spend/quarters.ts';
import { momentOf } from '../client/moment.ts';

/** The zone of days: the machine's for `local`. */
export const zoneOf = (setting: string): string => (setting === 'local' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : setting);

const DAY = /^\d{4}-\d\d-\d\d$/;
const HOUR_MS = 3_600_000;

/**
 * The moment that `--since` names, in ms since the epoch. A day is one of this zone, as in `--by
 * day`. Throws a Problem for anything that is no time.
 */
export function sinceWall(text: string, zone: string, now: number): number {
  const wall = momentOf('--since', text, now);
  return DAY.test(text) ? beginningOf(text, Date.parse(text), zone) : wall;
}

/** Every zone's day begins within 15 hours of the day in UTC, at a quarter of an hour. */
function beginningOf(day: string, utc: number, zone: string): number {
  for (let wall = utc - 15 * HOUR_MS; wall <= utc + 15 * HOUR_MS; wall += QUARTER_MS) if (dayOf(wall, zone) >= day) return wall;
  return utc;
}
