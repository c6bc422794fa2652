import { roundedUsd } from './amount.ts';

/** Sums are kept by quarters of an hour: every zone's day begins with one. */
export const QUARTER_MS = 900_000;

export const quarterOf = (wall: number): number => Math.floor(wall / QUARTER_MS);

/** What all runs together spent in a quarter of an hour, counted since the epoch. */
export interface QuarterSum {
  readonly quarter: number;
  /** Stated and computed together. */
  readonly usd: number;
  /** Tokens whose price is unknown. */
  readonly unpriced: number;
}

/** What is known of a time: at least this much was spent. */
export interface DaySum {
  readonly usd: number;
  readonly unpricedTokens: number;
}

const KEPT_QUARTERS = 3 * 24 * 4;

/** The day of a moment in a zone, as `2026-11-30`. */
export function dayOf(wall: number, zone: string): string {
  return formatOf(zone).format(wall);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  // The Swedish order of a date is that of ISO 8601.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, format);
  return format;
}

/** The last days of what all runs spent. Only grows at its end, and forgets its beginning. */
export class SpentByQuarter {
  readonly #sums = new Map<number, QuarterSum>();

  constructor(sums: readonly QuarterSum[]) {
    for (const sum of sums) this.add(sum);
  }

  add({ quarter, usd, unpriced }: QuarterSum): void {
    const before = this.#sums.get(quarter);
    this.#sums.set(quarter, { quarter, usd: roundedUsd((before?.usd ?? 0) + usd), unpriced: (before?.unpriced ?? 0) + unpriced });
    if (this.#sums.size <= 2 * KEPT_QUARTERS) return;
    const kept = [...this.#sums.keys()].toSorted((one, other) => other - one).slice(0, KEPT_QUARTERS);
    for (const old of this.#sums.keys()) if (!kept.includes(old)) this.#sums.delete(old);
  }

  /** What was spent on the day of this moment. */
  onDayOf(wall: number, zone: string): DaySum {
    const day = dayOf(wall, zone);
    const now = quarterOf(wall);
    const sums = [...this.#sums.values()].filter(
      // No day is longer than 25 hours.
      ({ quarter }) => Math.abs(quarter - now) <= 100 && dayOf(quarter * QUARTER_MS, zone) === day,
    );
    return {
      usd: roundedUsd(sums.reduce((sum, { usd }) => sum + usd, 0)),
      unpricedTokens: sums.reduce((sum, { unpriced }) => sum + unpriced, 0),
    };
  }
}
