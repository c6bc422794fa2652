import { JUST_PASSED_MS } from './clock.ts';
import { type ResetTime, resetTime } from './reset.ts';

const HOUR_MS = 3_600_000;
/** How long the window of a limit is, where the text says it (a session or a month has no certain length). */
const WINDOWS: readonly (readonly [RegExp, ms: number])[] = [
  [/\b(?:5|five)[- ]hours?\b/i, 5 * HOUR_MS],
  [/\bdaily\b|\b24[- ]hours?\b/i, 24 * HOUR_MS],
  [/\bweekly\b|\b(?:7|seven)[- ]days?\b/i, 168 * HOUR_MS],
];
/** Printed times are cut to the minute, and clocks differ a little. */
const SLACK_MS = 10 * 60_000;

/** Where the servers of providers stand that print times without a zone. */
const PROVIDERS = ['UTC', 'Asia/Shanghai', 'America/Los_Angeles', 'America/New_York'];
/** Every offset in use, from the west: the first that fits gives the latest reset that can be true, so nothing is tried too early. */
const OFFSETS = Array.from({ length: 53 }, (_, index) => -720 + index * 30).map(
  (minutes) => `UTC${minutes < 0 ? '-' : '+'}${Math.floor(Math.abs(minutes) / 60)}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`,
);

/**
 * When a limit that a text speaks of resets (`resetTime`); without a printed zone, in one in which that lies within the
 * limit's window: a reset ten hours away can't be that of a window of five. Null if it can't be true anywhere.
 */
export function possibleReset(text: string, now: number, zone: string): ResetTime | null {
  const reset = resetTime(text, now, zone);
  if (reset?.provenance !== 'assumed') return reset;
  const windows = WINDOWS.filter(([pattern]) => pattern.test(text)).map(([, ms]) => ms);
  if (windows.length === 0) return reset;
  const until = now + Math.max(...windows) + SLACK_MS;
  const isPossible = (one: ResetTime | null): boolean => one !== null && one.atWall >= now - JUST_PASSED_MS && one.atWall <= until;
  if (isPossible(reset)) return reset;
  for (const other of [...PROVIDERS, ...OFFSETS]) {
    const elsewhere = resetTime(text, now, other);
    if (isPossible(elsewhere)) return elsewhere;
  }
  return null;
}
