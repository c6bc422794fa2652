import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/settings/duration.ts';

test.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  ['0s', 0],
  ['15', null],
  ['', null],
  ['1.5h', null],
  ['-1s', null],
  ['1y', null],
  ['15 m', null],
  ['15M', null],
  ['1h30m', null],
  ['9999999999999d', null],
])('%s is %s', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test('what is written is read back', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (milliseconds) => parseDuration(formatDuration(milliseconds)) === milliseconds));
});
