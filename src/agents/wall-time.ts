const DAY_MS = 86_400_000;

/** A date and a time of day as a clock on a wall shows them. `month` counts from 1; a day or an hour too many runs over. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Every instant (ms since the epoch) at which clocks of the zone show this: two where they are put back, and where they are put forward
 * the one that is as much later. */
export function instantsOf(time: WallTime, zone: string): readonly number[] {
  const local = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);
  const offsets = new Set([offsetAt(local - DAY_MS, zone), offsetAt(local + DAY_MS, zone)]);
  const found = [...offsets].map((offset) => local - offset).filter((instant) => instant + offsetAt(instant, zone) === local);
  return found.length > 0 ? found.sort((a, b) => a - b) : [local - offsetAt(local - DAY_MS, zone)];
}

/** What clocks of the zone show at an instant. */
export function wallTime(instant: number, zone: string): WallTime {
  const parts = new Intl.DateTimeFormat('en-US', { ...FIELDS, timeZone: zone }).formatToParts(instant);
  const field = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: field('year'),
    month: field('month'),
    day: field('day'),
    hour: field('hour'),
    minute: field('minute'),
    second: field('second'),
  };
}

/** The zone's name where it is one: from a text or from TZ, which may begin with a colon; null: nobody knows it. */
export function knownZone(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name.replace(/^:/, '') }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

const FIELDS = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

function offsetAt(instant: number, zone: string): number {
  const { year, month, day, hour, minute, second } = wallTime(instant, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}
