import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALONE } from '../../../src/core/context.ts';
import { fromStored, toStored } from '../../../src/core/decision-input.ts';
import { fromRanges, toRanges } from '../../../src/core/values/ranges.ts';
import { working } from '../../kit/core/world.ts';

test('numbers come back from their ranges', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 })).map((some) => some.sort((a, b) => a - b));
  fc.assert(
    fc.property(numbers, (some) => {
      expect(fromRanges(toRanges(some))).toEqual(some);
    }),
  );
});

test.each([
  [[], []],
  [[2, 3, 4, 5], [[2, 5]]],
  [
    [2, 4, 5, 9],
    [
      [2, 2],
      [4, 5],
      [9, 9],
    ],
  ],
])('%j are %j', (numbers, ranges) => expect(toRanges(numbers)).toEqual(ranges));

test('what a decision began from is kept in a size that the number of charged attempts does not change', () => {
  const { run } = working();
  const charged = Array.from({ length: 5000 }, (_, index) => index + 2);
  const few = JSON.stringify(toStored({ run: { ...run, charged: [2, 3] }, around: ALONE })).length;
  const many = JSON.stringify(toStored({ run: { ...run, charged }, around: ALONE })).length;
  expect(many - few).toBeLessThan(10);
});

test('a journal that has the numbers as a list is read', () => {
  const { run } = working();
  const kept = toStored({ run: { ...run, charged: [] }, around: ALONE });
  for (const charged of [[2, 3], [[2, 3]]] as const)
    expect(fromStored({ ...kept, run: kept.run && { ...kept.run, charged: charged as never } }, run.spec).run?.charged).toEqual([2, 3]);
});
