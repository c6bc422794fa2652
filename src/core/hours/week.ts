/** The hours of a week in which work is allowed. Plain data: the zone's offsets come with it. */
export interface Hours {
  /** As the operator would write them. */
  readonly text: string;
  readonly zone: string;
  /** Sorted and apart from each other. */
  readonly spans: readonly Span[];
  /** Sorted. The first also holds before its date, the last for ever. */
  readonly offsets: readonly Offset[];
}

/** Minutes since Monday 00:00, as clocks in the zone show them: `from` is included, `to` is not. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How far the zone is ahead of UTC from a date on. */
export interface Offset {
  readonly fromWall: number;
  readonly minutes: number;
}

export const DAY_MINUTES = 24 * 60;
export const WEEK_MINUTES = 7 * DAY_MINUTES;

/** The same hours without overlaps. A span beyond the end of the week goes on at its beginning. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const within = spans.flatMap(({ from, to }) =>
    to <= WEEK_MINUTES
      ? [{ from, to }]
      : [
          { from, to: WEEK_MINUTES },
          { from: 0, to: to - WEEK_MINUTES },
        ],
  );
  const apart: Span[] = [];
  for (const span of within.sort((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last === undefined || span.from > last.to) apart.push(span);
    else apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return apart;
}

/** Nothing of the week is left out. */
export const isWholeWeek = (spans: readonly Span[]): boolean => spans.length === 1 && spans[0]?.from === 0 && spans[0].to === WEEK_MINUTES;
