import { expect, test } from 'vitest';
import { tokensInWords, usdInWords } from '../../../src/core/values/money.ts';

test.each([
  [0, '$0'],
  [0.000_03, '<$0.0001'],
  [0.0042, '$0.0042'],
  [0.06, '$0.06'],
  [0.4, '$0.40'],
  [310.126, '$310.13'],
  [12_345.6, '$12346'],
])('%f dollars are %s', (usd, words) => {
  expect(usdInWords(usd)).toBe(words);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [12_340, '12.3k'],
  [123_456, '123k'],
  [999_900, '1M'],
  [1_260_000, '1.3M'],
])('%f tokens are %s', (tokens, words) => {
  expect(tokensInWords(tokens)).toBe(words);
});
