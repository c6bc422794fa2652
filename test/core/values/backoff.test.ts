import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from '../../../src/core/values/backoff.ts';

test.each([
  [0, 1000],
  [1, 2000],
  [5, 32_000],
  [6, 60_000],
  [1_000_000, 60_000],
  [-1, 1000],
])('after %d failures, from 1 s to 60 s: %d ms', (failures, ms) => {
  expect(backoff(1000, 60_000, failures)).toBe(ms);
});

test('it never shrinks, stays within its bounds, and is finite', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.nat(1e9), fc.nat(5000), (least, more, failures) => {
      const [now, next] = [failures, failures + 1].map((each) => backoff(least, least + more, each));
      return now! >= least && next! >= now! && next! <= least + more;
    }),
  );
});
