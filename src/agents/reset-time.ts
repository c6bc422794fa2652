import { instantsOf, knownZone, type WallTime, wallTime } from './wall-time.ts';

/** A reset this long ago has just passed, and is not tomorrow's. */
const JUST_PASSED_MS = 10 * 60_000;
/** Seconds since the epoch have ten digits until the year 2286, milliseconds thirteen. */
const FIRST_MS = 100_000_000_000;

export interface ResetTime {
  readonly atWall: number;
  /** `assumed`: no zone was printed, and that of the agent's process was taken. */
  readonly provenance: 'structured' | 'prose' | 'assumed';
}

/** When a limit that a text speaks of resets, as it was understood at `atWall` by a process in `zone`; null: the text does not say. */
export function resetTime(text: string, atWall: number, zone: string): ResetTime | null {
  const epoch = EPOCH.exec(text)?.[1];
  if (epoch !== undefined) return structuredReset(Number(epoch));
  for (const { index, 0: word } of text.matchAll(ANNOUNCED)) {
    const said = text.slice(index + word.length, index + word.length + MAX_LENGTH);
    const found = relative(said, atWall) ?? iso(said, zone) ?? clock(said, atWall, zone);
    if (found !== null) return found;
  }
  return null;
}

/** The same from a field of a structured event: seconds or milliseconds since the epoch. */
export const structuredReset = (value: unknown): ResetTime | null =>
  typeof value === 'number' && value > 0 ? { atWall: Math.round(value < FIRST_MS ? value * 1000 : value), provenance: 'structured' } : null;

const EPOCH = /(?:\||\bresets? (?:at )?)(\d{10}|\d{13})\b/;
const ANNOUNCED = /\b(?:resets?|try again|regain access|retry(?:ing)?|available)\b/gi;
/** How far behind the announcement the time ends. */
const MAX_LENGTH = 80;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const RELATIVE = /^ (?:in|after) ((?:\d{1,6}(?:\.\d{1,6})? ?[a-z]{1,12},? ?(?:and )?){1,6})/i;
const AMOUNT = /(\d{1,6}(?:\.\d{1,6})?) ?(ms|milliseconds?|[wdhms]|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)(?![a-z])/gi;

/** "in 2 days 17 hours", "in 6h16m", "after 34.07s". */
function relative(said: string, atWall: number): ResetTime | null {
  const amounts = [...(RELATIVE.exec(said)?.[1]?.matchAll(AMOUNT) ?? [])];
  if (amounts.length === 0) return null;
  const ms = amounts.reduce((sum, [, count, unit = '']) => sum + Number(count) * unitMs(unit.toLowerCase()), 0);
  return { atWall: Math.round(atWall + ms), provenance: 'prose' };
}

const unitMs = (unit: string): number => (unit.startsWith('mil') || unit === 'ms' ? 1 : (UNITS[unit.charAt(0)] ?? 0));

const ISO =
  /^ (?:at |on )?(\d{4})-(\d\d)-(\d\d)(?:T| at | )(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?: ?(Z|UTC|GMT)\b| ?([+-])(\d\d):?(\d\d)\b)?/;

/** "2026-02-01 at 00:00 UTC", "2026-08-29 23:59:59 +0800 CST". */
function iso(said: string, zone: string): ResetTime | null {
  const [match, year, month, day, hour, minute, second = '0', utc, sign, hours, minutes] = ISO.exec(said) ?? [];
  if (match === undefined) return null;
  const time: WallTime = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
  };
  if (utc === undefined && sign === undefined) return { atWall: instantsOf(time, zone)[0]!, provenance: 'assumed' };
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return { atWall: instantsOf(time, 'UTC')[0]! - offsetMs, provenance: 'prose' };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DATE = /^ (?:at |on )?([A-Za-z]{3})[a-z]{0,6}\.? (\d{1,2})(?:st|nd|rd|th)?(?:, (\d{4}))?,?/;
const TIME = /^(?: at)? (\d{1,2})(?::(\d\d))?(?: ?([ap])\.?m\b\.?)?/i;
const ZONE = /^ ?\(([A-Za-z][\w+/-]{1,40})\)|^ (UTC|GMT)\b/;

/** "8pm (Europe/Berlin)", "Apr 23 at 4pm", "Sep 12th, 2026 8:32 AM". */
function clock(said: string, atWall: number, zone: string): ResetTime | null {
  const [dated = '', monthName, day, year] = DATE.exec(said) ?? [];
  const month = MONTHS.indexOf(monthName?.toLowerCase() ?? '') + 1;
  const rest = said.slice(month > 0 ? dated.length : 0);
  const [timed = '', hours, minute, half] = TIME.exec(rest) ?? [];
  // A number alone is no time of day.
  if (hours === undefined || (minute === undefined && half === undefined)) return null;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  if (hour > 23 || Number(minute ?? 0) > 59) return null;
  const [, inBrackets, bare] = ZONE.exec(rest.slice(timed.length)) ?? [];
  const printed = knownZone(inBrackets ?? bare ?? '');
  const at = { hour, minute: Number(minute ?? 0), second: 0 };
  const date = month > 0 ? { month, day: Number(day), year: year === undefined ? null : Number(year) } : null;
  return { atWall: chosen(at, date, atWall, printed ?? zone), provenance: printed === null ? 'assumed' : 'prose' };
}

type Clock = Pick<WallTime, 'hour' | 'minute' | 'second'>;

/** Without a date the next such time (or one that has just passed); without a year the nearest. */
function chosen(at: Clock, date: { month: number; day: number; year: number | null } | null, now: number, zone: string): number {
  const today = wallTime(now, zone);
  if (date === null) {
    const next = [-1, 0, 1].flatMap((days) => instantsOf({ ...today, ...at, day: today.day + days }, zone));
    return next.find((instant) => instant >= now - JUST_PASSED_MS) ?? next.at(-1)!;
  }
  const years = date.year === null ? [-1, 0, 1].map((more) => today.year + more) : [date.year];
  const dated = years.map((year) => instantsOf({ ...date, ...at, year }, zone)[0]!);
  return dated.reduce((best, instant) => (Math.abs(instant - now) < Math.abs(best - now) ? instant : best));
}
