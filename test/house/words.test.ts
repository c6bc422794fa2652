import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SOURCES, type Source } from './sources.ts';

const MAX_COMMENT_COLUMNS = 100;

/**
 * The worst offenders of CONTRIBUTING's list: each as it stands there, with its pattern in
 * lower-case text.
 */
const AVOIDED: Readonly<Record<string, RegExp>> = {
  'can not': /\bcan not\b/g,
  '…; null: ': /; null: /g,
  mere: /\bmere\b/g,
  merely: /\bmerely\b/g,
  harmless: /\bharmless\b/g,
  born: /\bborn\b/g,
  told: /\btold\b/g,
  news: /\bnews\b/g,
  shot: /\bshot\b/g,
  funeral: /\bfuneral\b/g,
  'it is looked': /\bit is looked\b/g,
  'so many': /\bso many\b/g,
  "somebody else's": /\bsomebody else's\b/g,
};

/**
 * How many avoided words and over-long comment lines a room still has. A room without a row has
 * none.
 */
type Budget = readonly [words: number, longComments: number];

/** They only shrink. What is left are names of stored fields (`shot`, `told`). */
const BUDGETS: Readonly<Record<string, Budget>> = {
  'src/core/account': [7, 0],
  'src/core/evolve': [2, 0],
  'src/core/host': [17, 0],
  'src/core/model': [4, 0],
  'src/core/run': [1, 0],
  'streams/sources': [3, 0],
};

/**
 * A text in lower case, with names split into words and comments unwrapped, so that every word
 * stands on one line.
 */
const wordsOf = (text: string): string =>
  text
    .replace(/\n\s*(?:\*|\/\/) ?/g, ' ')
    .replace(/(?<=[a-z])(?=[A-Z])|_/g, ' ')
    .toLowerCase();

/** The avoided words of a text. */
const avoidedIn = (text: string): string[] =>
  Object.entries(AVOIDED).flatMap(([word, pattern]) => [...wordsOf(text).matchAll(pattern)].map(() => word));

const isLongComment = (line: string): boolean => line.length > MAX_COMMENT_COLUMNS && /^\s*(?:\/\/|\/\*|\*)/.test(line);

/** Both counts of each room, without the rooms that have neither. */
function found(sources: readonly Source[]): Record<string, Budget> {
  const all = Object.entries(Object.groupBy(sources, ({ path }) => posix.dirname(path))).map(([room, files = []]) => {
    const lines = files.flatMap(({ text }) => text.split('\n'));
    return [room, [files.flatMap(({ text }) => avoidedIn(text)).length, lines.filter(isLongComment).length]] as const;
  });
  return Object.fromEntries(all.filter(([, [words, long]]) => words + long > 0));
}

describe('the words of the texts', () => {
  test.each(['README.md', ...globSync('src/help/*.md')])('%s avoids them', (path) => {
    expect(avoidedIn(readFileSync(path, 'utf8').replaceAll('\n', ' '))).toEqual([]);
  });
});

describe('the words of the sources', () => {
  test('match the budgets exactly: lower a budget as soon as its room improves', () => {
    expect(found(SOURCES)).toEqual(BUDGETS);
  });

  test.each(Object.keys(AVOIDED))('%s is in the list of CONTRIBUTING', (word) => {
    const [, list = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('\n## Words\n');
    const avoided = list.split('\n').map((line) => line.split('|')[1] ?? '');
    expect(avoided.filter((cell) => cell.includes(word))).toHaveLength(1);
  });
});

describe('a planted violation is found', () => {
  test.each<[string, string[]]>([
    ['/** The time; null: there is none. */', ['…; null: ']],
    ["throw new Error('It can not be read');", ['can not']],
    ['const newsOfRun = isTold(run.bornAt);', ['news', 'told', 'born']],
    ['const MERE_LOOK = merely(harmless);', ['mere', 'merely', 'harmless']],
    ['/**\n * A disk has so\n * many bytes.\n */', ['so many']],
    ["// somebody else's\nlastShot(); funeral();", ["somebody else's", 'shot', 'funeral']],
    ['// It is looked at once a second.', ['it is looked']],
  ])('%j', (text, words) => {
    expect(avoidedIn(text).toSorted()).toEqual(words.toSorted());
  });

  test('a comment over 100 columns, in its room', () => {
    const comment = (columns: number, start: string): string => start.padEnd(columns, 'x');
    const text = [comment(101, '// '), comment(101, '   * '), comment(101, '/** '), comment(100, '// '), comment(140, 'code(); // ')];
    expect(found([{ path: 'src/core/run/a.ts', text: text.join('\n') }])).toEqual({ 'src/core/run': [0, 3] });
  });

  test('words that only contain an avoided one are allowed', () => {
    expect(avoidedIn('newsletter stubborn snapshot Screenshot cannot retold mereology')).toEqual([]);
  });
});
