/**
 * A moment. `wall` (ms since the epoch) is for people and for dates from elsewhere; `mono` (ms,
 * CLOCK_MONOTONIC of this boot) measures durations, so that a clock that jumps changes nothing.
 */
export interface Instant {
  readonly wall: number;
  readonly mono: number;
}
