import { type Hours, WEEK_MINUTES } from './week.ts';

const MINUTE_MS = 60_000;
/** The week of 1970-01-01 began on the Monday three days before. */
const MONDAY_BEFORE_EPOCH = -3 * 24 * 60;

/** True if clocks in the zone show one of the hours at that date (ms since the epoch). */
export function isOpen(hours: Hours, wall: number): boolean {
  const minute = minuteOfWeek(hours, wall);
  return hours.spans.some(({ from, to }) => minute >= from && minute < to);
}

/**
 * When the hours begin or end next after that date (ms since the epoch), or null if they never do.
 * Only what the clocks show counts: a time that is skipped does not happen, and one that is
 * repeated happens twice.
 */
export function changesAt(hours: Hours, wall: number): number | null {
  const before = isOpen(hours, wall);
  let at = wall;
  // Each step is the next edge of a span, or a date on which clocks are changed.
  for (let step = 0; step <= 2 * hours.spans.length + hours.offsets.length + 1; step++) {
    at = Math.min(nextEdge(hours, at), nextOffset(hours, at));
    if (at === Number.POSITIVE_INFINITY) return null;
    if (isOpen(hours, at) !== before) return at;
  }
  return null;
}

function nextEdge(hours: Hours, wall: number): number {
  const minute = minuteOfWeek(hours, wall);
  const ahead = hours.spans.flatMap(({ from, to }) => [from, to]).map((edge) => (edge > minute ? edge : edge + WEEK_MINUTES) - minute);
  // Whole minutes: edges are, and so are offsets.
  return ahead.length === 0 ? Number.POSITIVE_INFINITY : Math.round(wall / 1000 + Math.min(...ahead) * 60) * 1000;
}

const nextOffset = ({ offsets }: Hours, wall: number): number =>
  offsets.slice(1).find(({ fromWall }) => fromWall > wall)?.fromWall ?? Number.POSITIVE_INFINITY;

function minuteOfWeek({ offsets }: Hours, wall: number): number {
  const offset = offsets.findLast(({ fromWall }) => fromWall <= wall) ?? offsets[0];
  const minute = wall / MINUTE_MS + (offset?.minutes ?? 0) - MONDAY_BEFORE_EPOCH;
  return ((minute % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
}
