import { expect, test } from 'vitest';
import { inLargestUnit, SIZE_UNITS, TIME_UNITS, unitSize } from '../../../src/core/values/units.ts';

test.each([
  ['d', 86_400_000],
  ['ms', 1],
  ['w', Number.NaN],
  ['', Number.NaN],
])('the size of %j of time', (symbol, size) => {
  expect(unitSize(TIME_UNITS, symbol)).toBe(size);
});

test.each([
  ['GiB', 2 ** 30],
  ['gib', 2 ** 30],
  ['kB', 1000],
  ['G', Number.NaN],
])('the size of %j of storage', (symbol, size) => {
  expect(unitSize(SIZE_UNITS, symbol)).toBe(size);
});

test.each([
  [TIME_UNITS, 5_400_000, '90m'],
  [TIME_UNITS, 1500, '1500ms'],
  [SIZE_UNITS, 2 ** 31, '2GiB'],
  [SIZE_UNITS, 2e9, '2GB'],
  [SIZE_UNITS, 7, '7B'],
] as const)('%#: %d in the largest unit that holds it exactly is %s', (units, amount, expected) => {
  expect(inLargestUnit(units, amount)).toBe(expected);
});

test.each([[TIME_UNITS], [SIZE_UNITS]])('%#: units stand largest first, and the smallest is one', (units) => {
  const sizes = units.map(([, size]) => size);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(sizes.at(-1)).toBe(1);
});
