import { dayOf } from '../../core/spend/quarters.ts';
import { parseDuration } from '../../settings/duration.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/** The zone of days: the machine's for `local`. */
export const zoneOf = (setting: string): string => (setting === 'local' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : setting);

const DAY = /^\d{4}-\d\d-\d\d$/;
const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;

/**
 * The moment that `--since` names, in ms since the epoch: a time, the beginning of a day in a zone,
 * or how long ago. Throws a Problem for anything else.
 */
export function sinceWall(text: string, zone: string, now: number): number {
  const ago = parseDuration(text);
  if (ago !== null) return now - ago;
  const time = Date.parse(text);
  const wall = !Number.isNaN(time) && DAY.test(text) ? beginningOf(text, time, zone) : time;
  if (Number.isNaN(wall))
    throw new Problem(EXIT_USAGE, '--since is not a time', {
      expected: 'a day such as 2026-11-30, a time such as 2026-11-30T12:00:00Z, or a duration such as 7d',
      got: JSON.stringify(text),
    });
  return wall;
}

/** Every zone's day begins within 15 hours of the day in UTC, at a quarter of an hour. */
function beginningOf(day: string, utc: number, zone: string): number {
  for (let wall = utc - 15 * HOUR_MS; wall <= utc + 15 * HOUR_MS; wall += QUARTER_MS) if (dayOf(wall, zone) >= day) return wall;
  return utc;
}
