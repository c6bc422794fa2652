import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSize, parseSize } from '../../src/settings/size.ts';

test.each([
  ['16MiB', 16 * 1024 * 1024],
  ['16MB', 16_000_000],
  ['1.5GiB', 1.5 * 2 ** 30],
  ['1kb', 1000],
  ['1KIB', 1024],
  ['7B', 7],
  ['0', 0],
  ['0B', 0],
  ['16', null],
  ['16M', null],
  ['15%', null],
  ['', null],
  ['-1MB', null],
  ['MB', null],
  ['1 MB', null],
  ['9999PiB', null],
])('%s is %s', (text, expected) => {
  expect(parseSize(text)).toBe(expected);
});

test('what is written is read back', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (bytes) => parseSize(formatSize(bytes)) === bytes));
});
