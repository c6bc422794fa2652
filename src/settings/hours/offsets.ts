import type { Offset } from '../../core/hours/week.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The offsets are known from a year ago to this far ahead. No run lasts longer. */
const AHEAD_DAYS = 5 * 366;
const BACK_DAYS = 366;
/** Shorter than any time for which a zone sets its clocks differently (Morocco: a month). */
const STEP_DAYS = 7;

/** How far a zone is ahead of UTC around a date. */
export function offsetsOf(zone: string, aroundWall: number): readonly Offset[] {
  const minutesAt = offsetIn(zone);
  const start = Math.floor(aroundWall / DAY_MS - BACK_DAYS) * DAY_MS;
  const offsets: Offset[] = [{ fromWall: start, minutes: minutesAt(start) }];
  let minutes = minutesAt(start);
  for (let wall = start; wall < aroundWall + AHEAD_DAYS * DAY_MS; wall += STEP_DAYS * DAY_MS) {
    const next = wall + STEP_DAYS * DAY_MS;
    if (minutesAt(next) === minutes) continue;
    minutes = minutesAt(next);
    offsets.push({ fromWall: changeBetween(wall, next, minutesAt), minutes });
  }
  return offsets;
}

/** The minute in which the offset becomes that of `to`. */
function changeBetween(from: number, to: number, minutesAt: (wall: number) => number): number {
  let [before, after] = [from / MINUTE_MS, to / MINUTE_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (minutesAt(middle * MINUTE_MS) === minutesAt(to)) after = middle;
    else before = middle;
  }
  return after * MINUTE_MS;
}

function offsetIn(zone: string): (wall: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  return (wall) => {
    const name = format.formatToParts(wall).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes = '0'] = /^GMT([+-])(\d\d):?(\d\d)?/.exec(name) ?? [];
    return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
}
