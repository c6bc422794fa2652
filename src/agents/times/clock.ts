import { printedZone } from './printed-zone.ts';
import { instantsOf, type WallTime, wallTime } from './wall.ts';

/** A reset this long ago has just passed; the text does not mean tomorrow's. */
export const JUST_PASSED_MS = 10 * 60_000;

/**
 * An instant that a text states as a wall clock time. `assumed`: no zone was printed, and the
 * reader's own was used.
 */
export interface ClockTime {
  readonly atWall: number;
  readonly provenance: 'prose' | 'assumed';
}

type Clock = Pick<WallTime, 'hour' | 'minute' | 'second'>;
type Day = { readonly month: number; readonly day: number; readonly year: number | null } | { readonly weekday: number };

const ISO = /^ (?:at |on )?(\d{4})-(\d\d)-(\d\d)(?:T| at |, | )(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?/;

/**
 * "2026-02-01 at 00:00 UTC", "2026-08-29 23:59:59 +0800 CST". Null if there is no such time, or its
 * zone is unknown.
 */
export function isoTime(said: string, zone: string): ClockTime | null {
  const [match = '', year, ...rest] = ISO.exec(said) ?? [];
  if (year === undefined) return null;
  const [month, day, hour, minute, second] = rest.map((digits) => Number(digits ?? 0));
  const time = { year: Number(year), month: month!, day: day!, hour: hour!, minute: minute!, second: second! };
  return inZone(said.slice(match.length), zone, (of) => instantsOf(time, of)[0]!);
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const BEGINNING = /^ ?(?:at |on |by )?/;
const WEEKDAY = /^(?:next )?(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?\b\.?,?/i;
const MONTH_DAY = /^([A-Za-z]{3})[a-z]{0,6}\.? (\d{1,2})(?:st|nd|rd|th)?\b(?:, (\d{4})| (\d{4})\b)?,?/;
const DAY_MONTH = /^(\d{1,2})(?:st|nd|rd|th)?\.? ([A-Za-z]{3})[a-z]{0,6}\.?,?(?: (\d{4})\b)?,?/;
const RELATIVE_DAY = /^(today|tomorrow)\b,?/i;
const TIME = /^(\d{1,2})(?::(\d\d)(?::(\d\d))?)?(?: ?([ap])\.?m\b\.?)?/i;

/**
 * "8pm (Europe/Berlin)", "Apr 23 at 4pm", "Monday at 9:00 AM PST", "9am on 12 December". Null if
 * there is no time of day, or its zone is unknown.
 */
export function clockTime(said: string, atWall: number, zone: string): ClockTime | null {
  const before = dayIn(said, atWall, zone);
  const rest = before.rest.replace(BEGINNING, '');
  const [timed = '', hours, minute, second = '0', half] = TIME.exec(rest) ?? [];
  // A number alone is not a time of day.
  if (hours === undefined || (minute === undefined && half === undefined)) return null;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  if (hour > 23 || Number(minute ?? 0) > 59) return null;
  const at = { hour, minute: Number(minute ?? 0), second: Number(second) };
  const after = rest.slice(timed.length);
  const behind = after.replace(/^ ?[([]?[\w+/:-]{1,41}[)\]]?(?= on )/, '');
  const day =
    before.day ?? (/^,? on |^,? (?:next|today|tomorrow)\b/i.test(behind) ? dayIn(behind.replace(/^,/, ''), atWall, zone).day : null);
  return inZone(after, zone, (of) => chosen(at, day, atWall, of));
}

function inZone(after: string, own: string, instant: (zone: string) => number): ClockTime | null {
  const printed = printedZone(after);
  if (printed === 'unknown') return null;
  return { atWall: instant(printed ?? own), provenance: printed === null ? 'assumed' : 'prose' };
}

/** The day that a text begins with, and the text after it. */
function dayIn(said: string, atWall: number, zone: string): { readonly day: Day | null; readonly rest: string } {
  let rest = said.replace(BEGINNING, '');
  const weekday = WEEKDAY.exec(rest);
  // A date is more precise than the weekday before it.
  if (weekday !== null) rest = rest.slice(weekday[0].length).replace(BEGINNING, '');
  for (const [pattern, monthAt, dayAt] of [[MONTH_DAY, 1, 2] as const, [DAY_MONTH, 2, 1] as const]) {
    const found = pattern.exec(rest);
    const month = MONTHS.indexOf(found?.[monthAt]?.toLowerCase() ?? '') + 1;
    if (found === null || month === 0) continue;
    const year = found[3] ?? found[4];
    return {
      day: { month, day: Number(found[dayAt]), year: year === undefined ? null : Number(year) },
      rest: rest.slice(found[0].length),
    };
  }
  if (weekday !== null) return { day: { weekday: WEEKDAYS.indexOf(weekday[1]!.toLowerCase()) }, rest };
  const relative = RELATIVE_DAY.exec(rest);
  if (relative === null) return { day: null, rest };
  const { year, month, day } = wallTime(atWall, zone);
  const more = relative[1]!.toLowerCase() === 'tomorrow' ? 1 : 0;
  return { day: { year, month, day: day + more }, rest: rest.slice(relative[0].length) };
}

/**
 * Without a date: the next such time, or one that has just passed. Without a year: the nearest
 * date.
 */
function chosen(at: Clock, day: Day | null, now: number, zone: string): number {
  const today = wallTime(now, zone);
  if (day === null || 'weekday' in day) {
    const days = Array.from({ length: 10 }, (_, index) => index - 1);
    const isMeant = (more: number) => day === null || (weekdayOf(today) + more + 7) % 7 === day.weekday;
    const next = days.filter(isMeant).flatMap((more) => instantsOf({ ...today, ...at, day: today.day + more }, zone));
    return next.find((instant) => instant >= now - JUST_PASSED_MS) ?? next.at(-1)!;
  }
  const years = day.year === null ? [-1, 0, 1].map((more) => today.year + more) : [day.year];
  const dated = years.map((year) => instantsOf({ ...day, ...at, year }, zone)[0]!);
  return dated.reduce((best, instant) => (Math.abs(instant - now) < Math.abs(best - now) ? instant : best));
}

/** 0 is Monday. */
const weekdayOf = ({ year, month, day }: WallTime): number => (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
