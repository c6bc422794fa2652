/** A moment. `wall` (ms since the epoch) is for people and for dates that others state; `mono` (ms, CLOCK_MONOTONIC of this boot) is
 * what durations are measured on, so that a clock that jumps changes nothing. */
export interface Instant {
  readonly wall: number;
  readonly mono: number;
}
