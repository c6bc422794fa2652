import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { table } from '../../../src/cli/terminal/table.ts';

const rows = [
  ['NAME', 'STATE', 'BECAUSE'],
  ['a', 'working', 'it is active'],
  ['試験', 'quiet', '一二三四五六'],
];

test('columns align even if characters are wide', () => {
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

test('a combining mark and a joined emoji take no extra columns', () => {
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

test('no rows', () => {
  expect(table([], 80)).toEqual([]);
});

test('a terminal without a size truncates nothing', () => {
  expect(table(rows, 0)).toEqual(table(rows, undefined));
});

const FAMILY = '👨‍👩‍👧‍👦';

test.each<[string, string, number, string]>([
  ['a family of four is one character of two columns', `a${FAMILY}b👩🏽‍🚀c`, 5, `a${FAMILY}b…`],
  ['it is never cut in two', `a${FAMILY}b`, 3, 'a…'],
  ['a flag is one character', '🇨🇭🇨🇭🇨🇭', 5, '🇨🇭🇨🇭…'],
  ['a symbol with a variation selector takes two columns', '❤️ ⚠️ ✔ ✗', 7, '❤️ ⚠️ …'],
  ['a combining mark stays with its letter', 'e\u0301e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301…'],
  ['a halfwidth voiced mark takes a column', 'ｶﾞｷﾞｸﾞ', 5, 'ｶﾞｷﾞ…'],
  ['wide characters that do not fit leave a column empty', '一二三', 4, '一…'],
  ['colours take no room and end where they ended', '\u001b[31mred and long\u001b[39m', 5, '\u001b[31mred …\u001b[39m'],
])('%s', (_, text, width, expected) => {
  expect(table([[text]], width)).toEqual([expected]);
});

test('coloured and composed cells are padded by their visible width', () => {
  const cells = ['\u001b[32mok\u001b[39m', FAMILY, '🇨🇭', '한국', 'e\u0301', 'abcd'];
  expect(
    table(
      cells.map((cell) => [cell, '|']),
      undefined,
    ),
  ).toEqual(['\u001b[32mok\u001b[39m    |', `${FAMILY}    |`, '🇨🇭    |', '한국  |', 'e\u0301     |', 'abcd  |']);
});

test('no line is ever wider than the terminal, whatever it contains', () => {
  const cell = fc.array(fc.constantFrom('a', ' ', '試', 'e\u0301', FAMILY, '🇨🇭', '❤️', 'ｶﾞ', '\u200d', 'ไ'), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 20 }), (cells, width) => {
      const lines = table(
        cells.map(([one, other]) => [one.join(''), other.join('')]),
        width,
      );
      return lines.every((line) => stringWidth(line) <= width);
    }),
  );
});
