import { DateTime, IANAZone } from 'luxon';

/**
 * A date and a time of day, as a wall clock shows them. `month` counts from 1; a day beyond the
 * month's end runs over.
 */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * All instants (ms since the epoch) at which clocks in the zone show this: two where clocks are set
 * back, and where they are set forward the equally later one.
 */
export function instantsOf({ year, month, day, hour, minute, second }: WallTime, zone: string): readonly number[] {
  const first = DateTime.fromObject({ year, month, day: 1 }, { zone: 'UTC' }).plus({ days: day - 1 });
  const shown = DateTime.fromObject({ year: first.year, month: first.month, day: first.day, hour, minute, second }, { zone });
  return shown
    .getPossibleOffsets()
    .map((instant) => instant.toMillis())
    .sort((a, b) => a - b);
}

/** What clocks in the zone show at an instant. */
export function wallTime(instant: number, zone: string): WallTime {
  const { year, month, day, hour, minute, second } = DateTime.fromMillis(instant, { zone });
  return { year, month, day, hour, minute, second };
}

/**
 * The canonical name of a zone from a text or from TZ (which may begin with a colon), or null if it
 * is unknown.
 */
export function knownZone(name: string): string | null {
  const zone = name.replace(/^:/, '');
  return IANAZone.isValidZone(zone) ? IANAZone.create(zone).name : null;
}
