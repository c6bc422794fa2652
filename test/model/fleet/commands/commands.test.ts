import { describe, expect, test } from 'vitest';
import { COMMAND_BUGS } from './bugs.ts';
import { playCommands } from './play.ts';

/** Each bug must be found within this many storms. */
const SEEDS = 150;
const seeds = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

test('every command is followed once, or not at all and nobody hopes for it', { timeout: 120_000 }, () => {
  expect(seeds(1, 12).filter((seed) => playCommands(seed).broken !== null)).toEqual([]);
});

test('the same seed is the same storm', () => {
  expect(playCommands(7)).toEqual(playCommands(7));
});

describe('a planted bug is found', () => {
  test.each(Object.entries(COMMAND_BUGS))('%s', { timeout: 120_000 }, (_name, { laws, breaks, from = 1 }) => {
    expect(seeds(from, SEEDS).some((seed) => breaks.test(playCommands(seed, undefined, laws).broken ?? ''))).toBe(true);
  });
});
