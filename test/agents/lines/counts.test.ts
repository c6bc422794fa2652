import { describe, expect, test } from 'vitest';
import { count, statedUsd } from '../../../src/agents/lines/counts.ts';

describe('a number of tokens', () => {
  test.each([
    [12, 12],
    [0.6, 1],
    [2_000_000_000, 2_000_000_000],
    [1e12, 0],
    [1e308, 0],
    [Number.POSITIVE_INFINITY, 0],
    [Number.NaN, 0],
    [-5, 0],
    ['12', 0],
    [null, 0],
  ])('%s counts as %d', (said, tokens) => {
    expect(count(said)).toBe(tokens);
  });
});

describe('what something is said to cost', () => {
  test.each([0.000001, 310, 100_000])('%d USD is believed', (usd) => {
    expect(statedUsd(usd)).toEqual({ usd, by: 'stated' });
  });

  test.each([0, -5, 1e7, 1e308, Number.POSITIVE_INFINITY, Number.NaN, '3', null])('%s is unknown', (usd) => {
    expect(statedUsd(usd)).toBeNull();
  });
});
