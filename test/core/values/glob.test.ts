import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globs } from '../../../src/core/values/glob.ts';

test.each([
  ['ghcr.io/me/*', 'ghcr.io/me/a/b:1', true],
  ['ghcr.io/me/*', 'ghcrXio/me/a', false],
  ['app-?', 'app-1', true],
  ['app-?', 'app-12', false],
  ['app-?', 'app-🚀', true],
  ['**', 'two\nlines', true],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a|b', 'a', false],
  ['[ab]{1}^$.(x)+', '[ab]{1}^$.(x)+', true],
])('%s against %j: %s', (pattern, text, expected) => {
  expect(globs([pattern])(text)).toBe(expected);
});

test('a text without wildcards matches itself alone', () => {
  const literal = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !/[*?]/.test(text));
  fc.assert(fc.property(literal, literal, (one, other) => globs([one])(one) && globs([one])(other) === (one === other)));
});

test('one of several patterns is enough, and of none nothing matches', () => {
  expect(globs(['a', 'b*'])('bc')).toBe(true);
  expect(globs([])('a')).toBe(false);
});
