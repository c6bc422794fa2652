import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeadAndTail } from '../../../src/system/text/head-and-tail.ts';

const collect = (maxBytes: number, chunks: readonly string[]) => {
  const output = new HeadAndTail(maxBytes);
  for (const chunk of chunks) output.push(Buffer.from(chunk));
  return output.text();
};

test.each([
  [[], ''],
  [['abc'], 'abc'],
  [['0123456789'], '0123456789'],
  [['0123456789a'], '01234\n[… 1 bytes left out …]\n6789a'],
  [['012', '3456', '789', 'abcdef'], '01234\n[… 6 bytes left out …]\nbcdef'],
])('%j at most 10 bytes', (chunks, expected) => {
  expect(collect(10, chunks)).toBe(expected);
});

test('chunk boundaries make no difference', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 30 })), (chunks) => {
      expect(collect(40, chunks)).toBe(collect(40, [chunks.join('')]));
    }),
  );
});
