import type { Offset } from './week.ts';

/** A time of day in a zone, at which something happens once a day. */
export interface Daily {
  /** As the operator would write it. */
  readonly text: string;
  readonly zone: string;
  /** Minutes since midnight, as clocks in the zone show them. */
  readonly minute: number;
  /** Sorted. The first also holds before its date, the last for ever. */
  readonly offsets: readonly Offset[];
}

/** One of its days, as `2026-11-30`, and when its time comes (ms since the epoch). */
export interface Occurrence {
  readonly day: string;
  readonly wall: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The last time it came, at the latest at that date. */
export const lastUntil = (daily: Daily, wall: number): Occurrence =>
  around(daily, wall).findLast((one) => one.wall <= wall) ?? occurrence(daily, dayNumber(daily, wall) - 2);

/** The first time it comes after that date. */
export const nextAfter = (daily: Daily, wall: number): Occurrence =>
  around(daily, wall).find((one) => one.wall > wall) ?? occurrence(daily, dayNumber(daily, wall) + 2);

/** When it comes on that day. */
export const onDay = (daily: Daily, day: string): Occurrence => occurrence(daily, Math.floor(Date.parse(day) / DAY_MS));

const around = (daily: Daily, wall: number): readonly Occurrence[] =>
  [-1, 0, 1].map((days) => occurrence(daily, dayNumber(daily, wall) + days));

function dayNumber({ offsets }: Daily, wall: number): number {
  const offset = offsets.findLast(({ fromWall }) => fromWall <= wall) ?? offsets[0];
  return Math.floor((wall + (offset?.minutes ?? 0) * MINUTE_MS) / DAY_MS);
}

/**
 * A time that clocks show twice counts the first time. One that they skip comes by the clocks as
 * they were before.
 */
function occurrence({ minute, offsets }: Daily, day: number): Occurrence {
  const shown = day * DAY_MS + minute * MINUTE_MS;
  const found = offsets.flatMap(({ minutes, fromWall }, index) => {
    const wall = shown - minutes * MINUTE_MS;
    const until = offsets[index + 1]?.fromWall ?? Number.POSITIVE_INFINITY;
    return wall < until && (index === 0 || wall >= fromWall) ? [wall] : [];
  });
  const skipped = offsets.findLast(
    ({ minutes }, index) => shown - minutes * MINUTE_MS >= (offsets[index + 1]?.fromWall ?? Number.POSITIVE_INFINITY),
  );
  const [first = shown - (skipped?.minutes ?? 0) * MINUTE_MS] = found;
  return { day: new Date(day * DAY_MS).toISOString().slice(0, 10), wall: first };
}
