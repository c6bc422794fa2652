import { DateTime } from 'luxon';
import { parseDuration } from '../../settings/duration.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { withLocalTimes } from './local-times.ts';

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d))?$/;
const FULL = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Returns the moment that a text names, in ms since the epoch: a time in this shell's zone or with
 * one of its own, or how long ago. Null for anything else, such as a day that does not exist.
 */
export function parseMoment(text: string, nowWall: number): number | null {
  const ago = parseDuration(text);
  if (ago !== null) return nowWall - ago;
  if (text === 'now') return nowWall;
  const today = DateTime.fromMillis(nowWall).startOf('day');
  if (text === 'today') return today.toMillis();
  if (text === 'yesterday') return today.minus({ days: 1 }).toMillis();
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const [hour, minute, second] = numbers(clock.slice(1, 4));
    const at = (day: DateTime) => first(DateTime.fromObject({ ...day.toObject(), hour, minute, second, millisecond: 0 }));
    const onThisDay = at(today);
    // A time of day that is yet to come was yesterday.
    return onThisDay === null || onThisDay <= nowWall ? onThisDay : at(today.minus({ days: 1 }));
  }
  const day = DAY.exec(text);
  if (day !== null) {
    const [year, month, ofMonth] = numbers(day.slice(1, 4));
    return first(DateTime.fromObject({ year, month, day: ofMonth }));
  }
  const full = FULL.exec(text);
  if (full === null) return null;
  if (full[7] !== undefined) {
    const zoned = DateTime.fromISO(text.replace(' ', 'T'));
    return zoned.isValid ? zoned.toMillis() : null;
  }
  const [year, month, ofMonth, hour, minute, second] = numbers(full.slice(1, 7));
  return first(DateTime.fromObject({ year, month, day: ofMonth, hour, minute, second }));
}

const numbers = (texts: readonly (string | undefined)[]): number[] => texts.map((text) => Number(text ?? 0));

/** Where clocks are set back, a time of day comes twice: the first is meant. */
function first(moment: DateTime): number | null {
  if (!moment.isValid) return null;
  return Math.min(...moment.getPossibleOffsets().map((one) => one.toMillis()));
}

/** The same for an option. Throws a Problem that says what it may be. */
export function momentOf(option: string, text: string, nowWall = Date.now()): number {
  const moment = parseMoment(text, nowWall);
  if (moment !== null) return moment;
  throw new Problem(EXIT_USAGE, `${option} is not a time`, {
    expected: '"2026-11-30 18:00", 2026-11-30, 18:00, today, yesterday, or how long ago: 90s, 15m, 2h, 7d',
    got: JSON.stringify(text),
    hint: 'times are in the zone of this shell (TZ), unless they end in Z or +01:00',
  });
}

/** The time range of `--since` and `--until`; an end that is not given is open. */
export interface TimeRange {
  readonly sinceWall: number;
  readonly untilWall: number;
}

export const isWithin = ({ sinceWall, untilWall }: TimeRange, wall: number): boolean => wall >= sinceWall && wall <= untilWall;

/** Throws a Problem if they are no times, or the wrong way round. */
export function timeRange(
  { since, until }: { readonly since?: string | undefined; readonly until?: string | undefined },
  nowWall = Date.now(),
): TimeRange {
  const sinceWall = since === undefined ? Number.NEGATIVE_INFINITY : momentOf('--since', since, nowWall);
  const untilWall = until === undefined ? Number.POSITIVE_INFINITY : momentOf('--until', until, nowWall);
  if (sinceWall <= untilWall) return { sinceWall, untilWall };
  throw new Problem(EXIT_USAGE, '--since is later than --until', {
    expected: 'the earlier time first',
    got: withLocalTimes(`${new Date(sinceWall).toISOString()} and ${new Date(untilWall).toISOString()}`, nowWall),
  });
}
