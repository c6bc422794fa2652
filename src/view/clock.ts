import { withDates } from '../core/notices/dates.ts';

/** The moment at which a face speaks, and how it writes times. */
export interface Clock {
  readonly nowWall: number;
  readonly isUtc: boolean;
  /** The zone's name as the operator knows it, "Europe/Berlin": a face gives it once. */
  readonly zone: string;
}

const DAY_MS = 86_400_000;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const UNITS = [
  ['d', DAY_MS],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A duration in at most two units, never rounded up: "58 min", "1 h 5 min", "0 s". */
export function span(ms: number): string {
  const first = UNITS.findIndex(([, size]) => ms >= size);
  if (first === -1) return '0 s';
  const parts = UNITS.slice(first, first + 2).map(([unit, size], index) => {
    const rest = index === 0 ? ms : ms % (UNITS[first]?.[1] ?? 1);
    return { unit, count: Math.floor(rest / size) };
  });
  // Seconds beside minutes only make a screen restless.
  return parts
    .filter(({ unit, count }, index) => index === 0 || (count > 0 && unit !== 's'))
    .map(({ unit, count }) => `${count} ${unit}`)
    .join(' ');
}

/** The time of day, with the day if it is another one: "04:52", "Sat 04:52", "2026-11-02 04:52". */
export function timeOf(clock: Clock, date: string): string {
  const [at, now] = [partsOf(Date.parse(date), clock.isUtc), partsOf(clock.nowWall, clock.isUtc)];
  if (at.day === now.day) return at.time;
  const isNear = Math.abs(Date.parse(date) - clock.nowWall) < 6 * DAY_MS;
  return `${isNear ? at.weekday : at.day} ${at.time}`;
}

/** The present time with the zone's name: "04:52 Europe/Berlin". */
export const nowInZone = (clock: Clock): string => `${timeOf(clock, new Date(clock.nowWall).toISOString())} ${clock.zone}`;

/** How far away it is: "in 58 min", "58 min ago", "now". */
export function distance(clock: Clock, date: string): string {
  const ms = Date.parse(date) - clock.nowWall;
  if (Math.abs(ms) < 1000) return 'now';
  return ms > 0 ? `in ${span(ms)}` : `${span(-ms)} ago`;
}

/** Both: "04:52, in 58 min". */
export const when = (clock: Clock, date: string): string => `${timeOf(clock, date)}, ${distance(clock, date)}`;

/** Reasons are written down with dates for programs; people read them on their own clock. */
export const readable = (clock: Clock, text: string): string => withDates(text, (stamp) => when(clock, stamp));

function partsOf(wall: number, isUtc: boolean): { readonly day: string; readonly weekday: string; readonly time: string } {
  const at = new Date(wall);
  const [year, month, date, weekday, hours, minutes] = isUtc
    ? [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCDay(), at.getUTCHours(), at.getUTCMinutes()]
    : [at.getFullYear(), at.getMonth(), at.getDate(), at.getDay(), at.getHours(), at.getMinutes()];
  return { day: `${year}-${two(month + 1)}-${two(date)}`, weekday: DAYS[weekday] ?? '', time: `${two(hours)}:${two(minutes)}` };
}

const two = (number: number): string => String(number).padStart(2, '0');
