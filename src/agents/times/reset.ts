import { TIME_UNITS } from '../../core/values/units.ts';
import { clockTime, isoTime } from './clock.ts';

/** Until the year 2286, seconds since the epoch have ten digits, milliseconds thirteen. */
const FIRST_MS = 100_000_000_000;
/** No date is later. */
const LAST_MS = 8_640_000_000_000_000;

export interface ResetTime {
  readonly atWall: number;
  /** `assumed`: no zone was printed, and that of the agent's process was used. */
  readonly provenance: 'structured' | 'prose' | 'assumed';
}

/**
 * When the limit that a text names resets, as interpreted at `atWall` for a process in `zone`. Null
 * if the text does not say, or prints an unknown zone: a time in the wrong zone is worse than none.
 */
export function resetTime(text: string, atWall: number, zone: string): ResetTime | null {
  if (!/\d/.test(text)) return null;
  const epoch = EPOCH.exec(text)?.[1];
  if (epoch !== undefined) return structuredReset(Number(epoch));
  const [, count, unit] = SECONDS.exec(text) ?? [];
  if (count !== undefined) return { atWall: Math.round(atWall + Number(count) * (unit === 'ms' ? 1 : 1000)), provenance: 'structured' };
  for (const { index, 0: word } of text.matchAll(ANNOUNCED)) {
    const said = text.slice(index + word.length, index + word.length + MAX_LENGTH);
    if (!MAY_BE_TIME.test(said)) continue;
    const found = relative(said, atWall) ?? isoTime(said, zone) ?? clockTime(said, atWall, zone);
    if (found !== null) return found;
  }
  return null;
}

/** The same from a field of a structured event, in seconds or milliseconds since the epoch. */
export const structuredReset = (value: unknown): ResetTime | null =>
  typeof value === 'number' && value > 0 && value < LAST_MS
    ? { atWall: Math.round(value < FIRST_MS ? value * 1000 : value), provenance: 'structured' }
    : null;

const EPOCH =
  /(?:\||\bresets? (?:at )?|\brate-?limit-reset[\\"']{0,4}\s?[:=]\s?[\\"']{0,4}|\bresets?_?at[\\"']{0,4}\s?[:=]\s?[\\"']{0,4})(\d{10}|\d{13})\b/i;
/** `"retryDelay": "21599.96s"`, `retry-after: 3600`, `"resets_in_seconds":3600`. */
const SECONDS =
  /\b(?:resets_in_seconds|retry[-_]?after(?:[-_]seconds)?|retryDelay)[\\"']{0,4}\s?[:=]\s?[\\"']{0,4}(\d{1,8}(?:\.\d{1,9})?)(ms|s)?\b/i;
const ANNOUNCED = /\b(?:resets?|try again|regain access|retry(?:ing)?|available)\b/gi;
/** How far behind the announcement a time may end. */
const MAX_LENGTH = 80;

/** How any of the times begins that are tried behind an announcement. */
const MAY_BE_TIME =
  /^ ?(?:(?:in|after) |(?:(?:at|on|by) )? ?(?:(?:at|on|by) )?(?:\d|next |today|tomorrow|(?:mon|tue|wed|thu|fri|sat|sun)|[a-z]{3,9}\.? \d))/i;

const UNITS: Readonly<Record<string, number>> = { w: 604_800_000, ...Object.fromEntries(TIME_UNITS) };
const RELATIVE = /^ (?:in|after) (?:about |approximately |around |~ ?)?((?:\d{1,10}(?:\.\d{1,6})? ?[a-z]{1,12},? ?(?:and )?){1,6})/i;
const AMOUNT = /(\d{1,10}(?:\.\d{1,6})?) ?(ms|milliseconds?|[wdhms]|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)(?![a-z])/gi;

/** "in 2 days 17 hours", "in 6h16m", "after 34.07s". */
function relative(said: string, atWall: number): ResetTime | null {
  const amounts = [...(RELATIVE.exec(said)?.[1]?.matchAll(AMOUNT) ?? [])];
  if (amounts.length === 0) return null;
  const ms = amounts.reduce((sum, [, count, unit = '']) => sum + Number(count) * unitMs(unit.toLowerCase()), 0);
  return { atWall: Math.round(atWall + ms), provenance: 'prose' };
}

const unitMs = (unit: string): number => (unit.startsWith('mil') || unit === 'ms' ? 1 : (UNITS[unit.charAt(0)] ?? 0));
