import { DAY_MINUTES, type Hours, isWholeWeek, merged, type Span } from '../../core/hours/week.ts';
import { offsetsOf } from './offsets.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = '(mon|tue|wed|thu|fri|sat|sun)';
const CLOCK = '([01]\\d|2[0-4]):([0-5]\\d)';
/** "Mon-Fri 19:00-07:00", "Sat-Sun", "Sun 22:00-24:00", "20:00-06:00". */
const PART = new RegExp(`^(?:${DAY}(?:-${DAY})?)?(?:(?:^| +)${CLOCK}-${CLOCK})?$`, 'i');

/**
 * Reads hours such as `Mon-Fri 19:00-07:00, Sat-Sun; Europe/Berlin`, for `ownZone` if they name no
 * zone. Null for anything else: also for an empty span, for the whole week, and for an unknown
 * zone.
 */
export function parseHours(text: string, ownZone: string, nowWall: number): Hours | null {
  const [list = '', zoneText, ...rest] = text.split(';').map((part) => part.trim());
  if (rest.length > 0) return null;
  const zone = zoneText === undefined ? ownZone : knownZone(zoneText);
  const parts = list.split(',').map((part) => part.trim());
  const spans = parts.map(spansOf);
  if (zone === null || spans.some((one) => one === null)) return null;
  const all = merged(spans.flatMap((one) => one ?? []));
  if (isWholeWeek(all)) return null;
  return { text: `${parts.map(asWritten).join(', ')}; ${zone}`, zone, spans: all, offsets: offsetsOf(zone, nowWall) };
}

function spansOf(part: string): readonly Span[] | null {
  const [, first, last = first, hour, minute, endHour, endMinute] = PART.exec(part) ?? [];
  if (first === undefined && hour === undefined) return null;
  const days = daysBetween(first, last);
  const from = hour === undefined ? 0 : Number(hour) * 60 + Number(minute);
  const end = endHour === undefined ? DAY_MINUTES : Number(endHour) * 60 + Number(endMinute);
  if (from >= DAY_MINUTES || end > DAY_MINUTES || from === end) return null;
  // After midnight it is the same night.
  const to = end > from ? end : end + DAY_MINUTES;
  return days.map((day) => ({ from: day * DAY_MINUTES + from, to: day * DAY_MINUTES + to }));
}

/** Every day if none is named. `Fri-Mon` goes over the end of the week. */
function daysBetween(first: string | undefined, last: string | undefined): readonly number[] {
  if (first === undefined || last === undefined) return DAYS.map((_, day) => day);
  const [from, to] = [DAYS.indexOf(first.toLowerCase()), DAYS.indexOf(last.toLowerCase())];
  const count = ((to - from + DAYS.length) % DAYS.length) + 1;
  return Array.from({ length: count }, (_, index) => (from + index) % DAYS.length);
}

const asWritten = (part: string): string =>
  part.replaceAll(/[a-z]{3}/gi, (day) => day.charAt(0).toUpperCase() + day.slice(1).toLowerCase()).replaceAll(/ +/g, ' ');

/**
 * The zone of that name, or null if it is unknown. Abbreviations are not trusted: `IST` is used in
 * three countries.
 */
export function knownZone(name: string): string | null {
  if (!/^[A-Za-z][\w+/-]*$/.test(name) || (!name.includes('/') && !/^(?:UTC|GMT)$/i.test(name))) return null;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    return null;
  }
}
