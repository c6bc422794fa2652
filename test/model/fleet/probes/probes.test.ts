import { describe, expect, test } from 'vitest';
import { PROBE_BUGS } from './bugs.ts';
import { playProbes } from './play.ts';

/** Each bug must be found within this many storms. */
const SEEDS = 150;
const seeds = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

test('of the hosts that reach each other one probes, and one does', { timeout: 120_000 }, () => {
  expect(seeds(1, 12).filter((seed) => playProbes(seed).broken !== null)).toEqual([]);
});

test('the same seed is the same storm', () => {
  expect(playProbes(7)).toEqual(playProbes(7));
});

describe('a planted bug is found', () => {
  test.each(Object.entries(PROBE_BUGS))('%s', { timeout: 120_000 }, (_name, { laws, breaks, from = 1 }) => {
    expect(seeds(from, SEEDS).some((seed) => breaks.test(playProbes(seed, undefined, laws).broken ?? ''))).toBe(true);
  });
});
