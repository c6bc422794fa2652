import { usdInWords } from '../values/money.ts';
import { dayOf, QUARTER_MS, quarterOf, type SpentByQuarter } from './quarters.ts';

/** What all runs together may cost in the present day, and whether it is spent. */
export interface DayCap {
  readonly capUsd: number;
  /** Null while it is not. The next day begins at `untilWall`, ms since the epoch. */
  readonly spent: { readonly because: string; readonly untilWall: number } | null;
  /** An attempt is ended in the middle of its turn. */
  readonly isBeyondGrace: boolean;
}

export interface DayRules {
  readonly capUsd: number;
  readonly gracePercent: number;
  /** The zone in which a day begins. */
  readonly zone: string;
}

/** No day is longer than 25 hours. */
const LONGEST_QUARTERS = 101;

/** The day of a moment in a zone: from its first moment to that of the next day. */
export function dayAround(wall: number, zone: string): { readonly fromWall: number; readonly untilWall: number } {
  const [day, now] = [dayOf(wall, zone), quarterOf(wall)];
  const isSame = (quarter: number) => dayOf(quarter * QUARTER_MS, zone) === day;
  let [first, next] = [now, now + 1];
  while (now - first < LONGEST_QUARTERS && isSame(first - 1)) first -= 1;
  while (next - now < LONGEST_QUARTERS && isSame(next)) next += 1;
  return { fromWall: first * QUARTER_MS, untilWall: next * QUARTER_MS };
}

/**
 * The cap of the day as of any moment. It depends only on what was spent and on the moment, so that
 * a clock that jumps moves no sum: set right again, the same is spent as before. It stays the same
 * object until something changes that matters to runs.
 */
export class DayCaps {
  readonly #spent: SpentByQuarter;
  readonly #rules: DayRules | null;
  #day = { fromWall: 0, untilWall: 0 };
  #cap: DayCap | null = null;
  #isStale = true;

  constructor(spent: SpentByQuarter, rules: DayRules | null) {
    this.#spent = spent;
    this.#rules = rules;
  }

  /** More was spent. */
  changed(): void {
    this.#isStale = true;
  }

  /** Null if there is no such cap. */
  at(wall: number): DayCap | null {
    if (this.#rules === null) return null;
    const isOther = wall < this.#day.fromWall || wall >= this.#day.untilWall;
    if (!isOther && !this.#isStale) return this.#cap;
    if (isOther) this.#day = dayAround(wall, this.#rules.zone);
    this.#isStale = false;
    const now = capOn(this.#spent.onDayOf(wall, this.#rules.zone).usd, this.#day.untilWall, this.#rules, wall);
    if (this.#cap === null || !isAlike(this.#cap, now)) this.#cap = now;
    return this.#cap;
  }
}

function capOn(usd: number, untilWall: number, { capUsd, gracePercent, zone }: DayRules, wall: number): DayCap {
  if (usd < capUsd) return { capUsd, spent: null, isBeyondGrace: false };
  const because = `all runs together have cost at least ${usdInWords(usd)} of ${usdInWords(capUsd)} on ${dayOf(wall, zone)} (DOGWATCH_MAX_COST_PER_DAY): nothing is started until the next day, or until \`dogwatch watch --replace\` with a higher one`;
  return { capUsd, spent: { because, untilWall }, isBeyondGrace: usd > capUsd * (1 + gracePercent / 100) };
}

/** The sum that the sentence says is that of when it was reached: what follows changes nothing. */
const isAlike = (one: DayCap, other: DayCap): boolean =>
  one.spent?.untilWall === other.spent?.untilWall && one.isBeyondGrace === other.isBeyondGrace;
