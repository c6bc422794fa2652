import { describe, expect, test } from 'vitest';
import { lastSaid } from '../../../src/agents/lines/last-said.ts';

/** What the model said is in quotes, or a line of prose. */
const agent = { said: (line: string) => (line.startsWith('{') ? (/"said":"([^"]*)"/.exec(line)?.[1] ?? null) : line || null) };
const whole = (text: string): string => `{"said":"${text}"}`;
const piece = (text: string): string => `{"said":"${text}","delta":true}`;
const TOOL = '{"tool":"read"}';

describe('what was said last', () => {
  test.each<[string, string[], string[]]>([
    ['nothing', [TOOL], []],
    ['the last ones, oldest first', [whole('a'), whole('b'), TOOL, whole('c'), whole('d')], ['b', 'c', 'd']],
    ['fewer than asked for', [whole('a'), TOOL], ['a']],
    ['a repetition, as at the end of a turn, only once', [whole('a'), TOOL, whole('b'), TOOL, whole('b')], ['a', 'b']],
    ['nothing but spaces', [whole('a'), whole(' ')], ['a']],
    ['an answer in pieces', [piece('All'), piece(' is do'), piece('ne.'), TOOL, piece('Re'), piece('ally.')], ['All is done.', 'Really.']],
    ['pieces beside a whole one', [piece('a'), piece('b'), whole('c'), piece('d')], ['ab', 'c', 'd']],
    ['lines of prose', ['one', 'two', TOOL, 'three'], ['one\ntwo', 'three']],
  ])('%s', (_, lines, expected) => {
    expect(lastSaid(agent, lines, 3)).toEqual(expected);
  });
});
