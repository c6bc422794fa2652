import { expect, test } from 'vitest';
import { bytesInWords } from '../../../src/core/values/bytes.ts';

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [-1536, '-1.5 KiB'],
  [1024 ** 2 - 1, '1024 KiB'],
  [3.25 * 1024 ** 3, '3.3 GiB'],
  [1024 ** 5, '1 PiB'],
  [2000 * 1024 ** 5, '2000 PiB'],
  [0.4, '0 bytes'],
])('%d bytes are %s', (bytes, words) => expect(bytesInWords(bytes)).toBe(words));
