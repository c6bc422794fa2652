import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMark, parseMark, parsePercent } from '../../src/settings/threshold.ts';

const GIB = 2 ** 30;

test.each([
  ['15%,20GiB', { percent: 15, bytes: 20 * GIB }],
  ['20GiB, 15%', { percent: 15, bytes: 20 * GIB }],
  ['2.5%', { percent: 2.5, bytes: null }],
  ['500MB', { percent: null, bytes: 500_000_000 }],
  ['0', { percent: null, bytes: 0 }],
  ['0%', { percent: 0, bytes: null }],
  ['', null],
  [',', null],
  ['15%,', null],
  ['15', null],
  ['15%,20', null],
  ['15%,20%', null],
  ['1GiB,2GiB', null],
  ['101%', null],
  ['-1%', null],
  ['15 %', null],
  ['15%,20GiB,1%', null],
])('%s is %o', (text, expected) => {
  expect(parseMark(text)).toEqual(expected);
});

test('a percentage is at most all of it', () => {
  expect([parsePercent('100%'), parsePercent('100.1%'), parsePercent('1e1%')]).toEqual([100, null, null]);
});

test('what is written is read back', () => {
  const percent = fc.integer({ min: 0, max: 100_000 }).map((thousandths) => thousandths / 1000);
  const mark = fc
    .record({ percent: fc.option(percent), bytes: fc.option(fc.maxSafeNat()) })
    .filter(({ percent, bytes }) => percent !== null || bytes !== null);
  fc.assert(
    fc.property(mark, (wished) => {
      expect(parseMark(formatMark(wished))).toEqual(wished);
    }),
  );
});
