import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truncate, truncateStart, truncateTo } from '../../../src/core/values/truncate.ts';

const FAMILY = '👨‍👩‍👧‍👦';

test.each<[string, string, number, string]>([
  ['what fits stays', 'abc', 3, 'abc'],
  ['the sign counts', 'abcd', 3, 'ab…'],
  ['no room at all', 'abcd', 0, ''],
  ['room for the sign alone', 'abcd', 1, '…'],
  ['a surrogate pair', 'ab🚀d', 4, 'ab…'],
  ['behind a surrogate pair', 'ab🚀de', 5, 'ab🚀…'],
  ['a joined emoji', `a${FAMILY}b`, 8, 'a…'],
  ['a flag', 'a🇨🇭🇨🇭', 7, 'a🇨🇭…'],
  ['a combining mark', 'abe\u0301d', 4, 'ab…'],
  ['a skin tone', 'a👩🏽b', 4, 'a…'],
  ['wide characters', '一二三四', 3, '一二…'],
  ['a letter with marks without end keeps a beginning of them', `a${'\u0301'.repeat(500)}`, 101, `a${'\u0301'.repeat(99)}…`],
])('truncate: %s', (_, text, length, expected) => {
  expect(truncate(text, length)).toBe(expected);
});

test.each<[string, string, number, string]>([
  ['what fits stays', 'abc', 3, 'abc'],
  ['the sign counts', 'abcd', 3, '…cd'],
  ['no room at all', 'abcd', 0, ''],
  ['a surrogate pair', 'ab🚀d', 3, '…d'],
  ['a joined emoji', `a${FAMILY}b`, 8, '…b'],
  ['a combining mark', 'abce\u0301', 2, '…'],
])('truncateStart: %s', (_, text, length, expected) => {
  expect(truncateStart(text, length)).toBe(expected);
});

const bytes = (text: string): number => Buffer.byteLength(text);

test.each<[string, number, string]>([
  ['äöü', 6, 'äöü'],
  ['äöüä', 7, 'äö…'],
  ['a🚀🚀', 8, 'a🚀…'],
  ['abc', 2, ''],
])('truncateTo: %j to %i bytes', (text, most, expected) => {
  expect(truncateTo(text, most, bytes)).toBe(expected);
});

const texts = fc
  .array(fc.constantFrom('a', ' ', 'é', 'e\u0301', '🚀', FAMILY, '🇨🇭', '👩🏽', '試', '\r\n'), { maxLength: 40 })
  .map((all) => all.join(''));
const characters = (text: string): string[] => [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);

test('what is left is well formed, short enough and made of whole characters, and little more than one character is lost', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 60 }), (text, length) => {
      const whole = characters(text);
      const left = truncate(text, length);
      const kept = left.slice(0, -1);
      if (left === text) return text.length <= length;
      const next = whole.slice(0, characters(kept).length + 1).join('');
      return left.isWellFormed() && left.length <= length && next.startsWith(kept) && next.length > length - 1;
    }),
  );
});

test('the end, likewise', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 60 }), (text, length) => {
      const left = truncateStart(text, length);
      if (left === text) return text.length <= length;
      const kept = left.slice(1);
      return left.isWellFormed() && left.length <= length && text.endsWith(kept);
    }),
  );
});
