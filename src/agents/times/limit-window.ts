import { JUST_PASSED_MS } from './clock.ts';
import { fixedZone } from './printed-zone.ts';
import { type ResetTime, resetTime } from './reset.ts';

const HOUR_MS = 3_600_000;
/**
 * The length of a limit's window, if the text says it. A session or a month has no fixed length.
 */
const WINDOWS: readonly (readonly [RegExp, ms: number])[] = [
  [/\b(?:5|five)[- ]hours?\b/i, 5 * HOUR_MS],
  [/\bdaily\b|\b24[- ]hours?\b/i, 24 * HOUR_MS],
  [/\bweekly\b|\b(?:7|seven)[- ]days?\b/i, 168 * HOUR_MS],
];
/** Printed times are truncated to the minute, and clocks differ a little. */
const SLACK_MS = 10 * 60_000;

/** Time zones of the servers of providers that print times without a zone. */
const PROVIDERS = ['UTC', 'Asia/Shanghai', 'America/Los_Angeles', 'America/New_York'];
/**
 * All offsets in use, westernmost first: the first that fits gives the latest possible reset, so
 * that nothing is tried too early.
 */
const OFFSETS = Array.from({ length: 53 }, (_, index) => fixedZone(-720 + index * 30));

/**
 * When the limit that a text names resets (`resetTime`). If no zone is printed, uses one in which
 * the reset lies within the limit's window: a reset ten hours away cannot belong to a window of
 * five. Null if it is impossible in every zone.
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
