/** Beyond this, doubling again would exceed every ceiling. */
const MOST_DOUBLINGS = 30;

/**
 * The wait after this many failures in a row: `least` at first, then doubled each time up to
 * `most`.
 */
export const backoff = (least: number, most: number, failures: number): number =>
  Math.min(most, least * 2 ** Math.min(MOST_DOUBLINGS, Math.max(0, failures)));
