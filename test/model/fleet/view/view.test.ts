import { describe, expect, test } from 'vitest';
import { VIEW_BUGS } from './bugs.ts';
import { playView } from './play.ts';

/** Each bug must be found within this many storms. */
const SEEDS = 150;
const seeds = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

test('nothing is shown as of now that is older than 30 s, and all of it arrives in the end', { timeout: 120_000 }, () => {
  expect(seeds(1, 20).filter((seed) => playView(seed).broken !== null)).toEqual([]);
});

test('the same seed is the same storm', () => {
  expect(playView(7)).toEqual(playView(7));
});

describe('a planted bug is found', () => {
  test.each(Object.entries(VIEW_BUGS))('%s', { timeout: 120_000 }, (_name, { laws, breaks, from = 1 }) => {
    expect(seeds(from, SEEDS).some((seed) => breaks.test(playView(seed, undefined, laws).broken ?? ''))).toBe(true);
  });
});
