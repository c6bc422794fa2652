import { expect, test } from 'vitest';
import { table } from '../../../src/cli/terminal/table.ts';

const rows = [
  ['NAME', 'STATE', 'BECAUSE'],
  ['a', 'working', 'it is active'],
  ['試験', 'quiet', '一二三四五六'],
];

test('columns stand below each other, also where characters are wide', () => {
  expect(table(rows, undefined)).toEqual(['NAME  STATE    BECAUSE', 'a     working  it is active', '試験  quiet    一二三四五六']);
});

test.each([
  [27, ['NAME  STATE    BECAUSE', 'a     working  it is active', '試験  quiet    一二三四五六']],
  [26, ['NAME  STATE    BECAUSE', 'a     working  it is acti…', '試験  quiet    一二三四五…']],
  [25, ['NAME  STATE    BECAUSE', 'a     working  it is act…', '試験  quiet    一二三四…']],
  [7, ['NAME  …', 'a     …', '試験  …']],
  [1, ['…', '…', '…']],
])('cut to %i columns', (width, lines) => {
  expect(table(rows, width)).toEqual(lines);
});

test('a combining mark and a joined emoji take no room of their own', () => {
  expect(
    table(
      [
        ['e\u0301', 'x'],
        ['ab', 'x'],
      ],
      undefined,
    ),
  ).toEqual(['e\u0301   x', 'ab  x']);
});

test('nothing at all', () => {
  expect(table([], 80)).toEqual([]);
});
