import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { whole } from '../../../src/cli/status/watching.ts';

const linesIn = (lines: readonly string[], rows: number) => stripVTControlCharacters(whole(lines, rows)).split('\n').slice(0, -1);

test.each([
  [['one', 'two'], 24, ['one', 'two']],
  [['one', 'two'], 3, ['one', 'two']],
  [['one', 'two', 'three'], 3, ['one', '2 more lines']],
  [['one', 'two', 'three'], 1, ['3 more lines']],
])('%j in %i rows: nothing scrolls, and what is missing is counted', (lines, rows, shown) => {
  expect(linesIn(lines, rows)).toEqual(shown);
});

test('what stood there before is replaced', () => {
  const text = whole(['one'], 24);
  expect(text.startsWith('\u001b[H')).toBe(true);
  expect(text.endsWith('\u001b[K\n\u001b[J')).toBe(true);
});
