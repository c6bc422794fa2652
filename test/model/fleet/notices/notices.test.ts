import { describe, expect, test } from 'vitest';
import { NOTICE_BUGS } from './bugs.ts';
import { playNotices } from './play.ts';

/** Each bug must be found within this many storms. */
const SEEDS = 150;
const seeds = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

test('people are notified of what is silent, once, and that it is back', { timeout: 120_000 }, () => {
  expect(seeds(1, 20).filter((seed) => playNotices(seed).broken !== null)).toEqual([]);
});

test('the same seed is the same storm', () => {
  expect(playNotices(7)).toEqual(playNotices(7));
});

describe('a planted bug is found', () => {
  test.each(Object.entries(NOTICE_BUGS))('%s', { timeout: 120_000 }, (_name, { laws, breaks, from = 1 }) => {
    expect(seeds(from, SEEDS).some((seed) => breaks.test(playNotices(seed, undefined, laws).broken ?? ''))).toBe(true);
  });
});
