import { describe, expect, test } from 'vitest';
import { blocksOf, piecesOf } from '../../../src/cli/help/markdown.ts';

describe('blocks', () => {
  test.each<[string, string, unknown]>([
    ['a heading', '## Two words', { kind: 'heading', depth: 2, text: 'Two words' }],
    ['a paragraph of several lines', 'One\ntwo.', { kind: 'paragraph', text: 'One two.' }],
    ['an item of several lines', '- one\n  two', { kind: 'item', mark: '-', text: 'one two' }],
    ['a numbered item', '1. one', { kind: 'item', mark: '1.', text: 'one' }],
    ['code, as it stands', '```text\na  b\n\n# c\n```', { kind: 'code', lines: ['a  b', '', '# c'] }],
    ['code without an end', '```\na', { kind: 'code', lines: ['a'] }],
    ['a table', '| a | b |\n|---|---|\n| c | `x \\| y` |', { kind: 'table', header: ['a', 'b'], rows: [['c', '`x | y`']] }],
  ])('%s', (_, markdown, block) => {
    expect(blocksOf(markdown)).toEqual([block]);
  });

  test('what follows without an empty line is a block of its own; comments are none', () => {
    const kinds = blocksOf('# T\nText\n- a\n- b\n| x |\n|---|\n| y |\n<!-- c -->\n```\nz\n```\nText').map(({ kind }) => kind);
    expect(kinds).toEqual(['heading', 'paragraph', 'item', 'item', 'table', 'code', 'paragraph']);
  });
});

describe('pieces of a line', () => {
  test.each<[string, [string, string][]]>([
    ['plain', [['plain', 'plain']]],
    [
      'a `b` c',
      [
        ['a ', 'plain'],
        ['b', 'code'],
        [' c', 'plain'],
      ],
    ],
    ['`dogwatch stop`', [['`dogwatch stop`', 'code']]],
    [
      '**a `b`**',
      [
        ['a ', 'bold'],
        ['b', 'bold'],
      ],
    ],
    ['*a*', [['a', 'plain']]],
    ['2 * 3 * 4', [['2 * 3 * 4', 'plain']]],
    ['[server](server.md)', [['`dogwatch help server`', 'code']]],
    ['[ntfy](https://ntfy.sh)', [['ntfy (https://ntfy.sh)', 'plain']]],
    ['[CONTRIBUTING.md](../../CONTRIBUTING.md)', [['CONTRIBUTING.md', 'plain']]],
  ])('%s', (text, pieces) => {
    expect(piecesOf(text).map((piece) => [piece.text, piece.style])).toEqual(pieces);
  });
});
