import { expect, test } from 'vitest';
import { choice } from './choice.ts';

const NAMES = ['deaths', 'deaths, adopted', 'idle with 1 runs', 'idle with 10 runs'];

test.each<[words: string[], names: string[]]>([
  [[], NAMES],
  [['idle'], ['idle with 1 runs', 'idle with 10 runs']],
  [
    ['Adopted', 'with 10'],
    ['deaths, adopted', 'idle with 10 runs'],
  ],
  [['deaths'], ['deaths']],
])('%j chooses %j', (words, names) => {
  expect(choice(words, NAMES)).toEqual({ kind: 'measure', names });
});

test.each<[words: string[], because: string]>([
  [['idle', 'death of a star'], "expected a part of the benchmark, got 'death of a star'"],
  [['-t', 'idle'], 'expected names of parts, or --list, got -t'],
])('%j is refused', (words, because) => {
  expect(choice(words, NAMES)).toEqual({ kind: 'wrong', because });
});

test('--list asks for the names', () => {
  expect(choice(['--list'], NAMES)).toEqual({ kind: 'list' });
});
