/**
 * How long a lease on something of the fleet lasts, in milliseconds of each host's own clock that
 * counts while it sleeps (CLOCK_BOOTTIME). No wall clock is compared.
 */
export interface LeaseTimes {
  /** From one renewal to the next. */
  readonly renewMs: number;
  /** From sending a renewal that is acknowledged until the holder gives up. */
  readonly fenceMs: number;
  /** For how long a lease must stay unchanged before another host takes it. */
  readonly takeMs: number;
  /** What ending an attempt takes at most: SIGTERM, SIGKILL, and the proof that it is gone. */
  readonly endMs: number;
}

/**
 * An engine that elects a leader answers nothing for up to 8 seconds (measured on three nodes), so
 * the fence is far longer.
 */
export const LEASE_TIMES: LeaseTimes = { renewMs: 10_000, fenceMs: 30_000, takeMs: 60_000, endMs: 12_000 };

/** A request that is not answered by then has an unknown result. */
export const ANSWER_MS = 2000;

/** The clocks of two hosts may run at rates that differ by a fifth. */
const CLOCKS_AGREE = 0.8;

/**
 * Why a lease with these times protects nothing, or null if it does: an attempt must be gone before
 * another host can start it, and one lost renewal must not end it.
 */
export function whyUnsafe({ renewMs, fenceMs, takeMs, endMs }: LeaseTimes): string | null {
  const goneMs = fenceMs + endMs + ANSWER_MS;
  if (goneMs > CLOCKS_AGREE * takeMs)
    return `an attempt whose host has lost the lease is gone after ${goneMs} ms, which is more than 80 % of the ${takeMs} ms after which another host takes it`;
  if (fenceMs < 3 * renewMs) return `the fence of ${fenceMs} ms is less than three renewals of ${renewMs} ms`;
  return null;
}
