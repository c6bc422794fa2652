import { describe, expect, test } from 'vitest';
import type { Amount } from '../../../src/core/spend/amount.ts';
import { costInShort, costInWords, reportOf, sumOfCosts } from '../../../src/core/spend/report.ts';

const amount = (changes: Partial<Amount> = {}): Amount => ({
  model: 'm',
  tokens: { input: 1000, output: 500, cacheRead: 0, cacheWrite: 0 },
  statedUsd: 0,
  computedUsd: 0,
  unpriced: 0,
  ...changes,
});
const STATED = reportOf([amount({ statedUsd: 1.24 })]);
const COMPUTED = reportOf([amount({ computedUsd: 0.5 })]);
const PARTLY = reportOf([amount({ statedUsd: 1, unpriced: 800 })]);
const UNPRICED = reportOf([amount({ unpriced: 1500 })]);
const NOTHING = reportOf([]);
const UNTOLD = reportOf([amount({ statedUsd: 1.24 })], 2);

describe('what is said of a cost', () => {
  test.each([
    ['stated', STATED, '$1.24', '$1.24 as the agent states (1.5k tokens)'],
    ['computed', COMPUTED, '≈$0.50', '$0.50 at list prices (1.5k tokens)'],
    ['both', sumOfCosts([STATED, COMPUTED]), '≈$1.74', '$1.74 partly at list prices (3k tokens)'],
    [
      'with tokens of an unknown price',
      PARTLY,
      '>$1.00',
      'at least $1.00 as the agent states (1.5k tokens); the price of 800 tokens is unknown',
    ],
    ['tokens only', UNPRICED, '1.5k tokens', '1.5k tokens, whose price is unknown'],
    ['nothing', NOTHING, '-', null],
    [
      'with attempts that did not say all',
      UNTOLD,
      '>$1.24',
      'at least $1.24 as the agent states (1.5k tokens); 2 attempts ended without saying what the last answer used',
    ],
  ] as const)('%s', (_, cost, short, words) => {
    expect([costInShort(cost), costInWords(cost)]).toEqual([short, words]);
  });

  test('unknown is never zero', () => {
    expect([NOTHING.usd, UNPRICED.usd, NOTHING.tokens]).toEqual([null, null, null]);
    expect(sumOfCosts([NOTHING, UNPRICED])).toMatchObject({ usd: null, provenance: 'unknown', isComplete: false });
    expect(sumOfCosts([])).toMatchObject({ usd: null, tokens: null });
  });
});
