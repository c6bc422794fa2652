import { describe, expect, test } from 'vitest';
import { inShort, read } from './reading.ts';
import { rowsOf } from './samples.ts';

describe('what lines mean', () => {
  test.each(rowsOf(({ lines }) => lines))('%s: %s', (agent, _what, lines, expected) => {
    expect(inShort(read(agent, lines))).toBe(expected);
  });
});
