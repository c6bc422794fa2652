const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/**
 * How long to wait after this number of failures in a row: longer each time, and never at the same
 * moment as all other hosts.
 */
export const pauseMs = (failures: number, chance: () => number = Math.random): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10)) * (0.5 + chance() / 2);
