import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { objectIn } from '../../../src/look/fleet/found.ts';

const hasRuns = (value: object) => 'runs' in value;
const WANTED = { version: 1, runs: [{ why: 'a "}" and a {" in it \\' }] };

describe('the object is found', () => {
  test.each([
    ['alone', JSON.stringify(WANTED)],
    ['on several lines', JSON.stringify(WANTED, null, 2)],
    ['after a greeting', `Welcome to build1!\n${JSON.stringify(WANTED, null, 2)}\n`],
    ['before a farewell', `${JSON.stringify(WANTED)}\nbye {}\n`],
    ['after braces that begin nothing', `{ "x\n{"y": \n} {"a": 1} ${JSON.stringify(WANTED)}`],
    ['after a text that does not end', `say "hello\n${JSON.stringify(WANTED)}`],
    ['on the same line', `motd${JSON.stringify(WANTED)}`],
  ])('%s', (_, text) => {
    expect(objectIn(text, hasRuns)).toEqual(WANTED);
  });
});

test.each([
  ['nothing', ''],
  ['no object', 'Welcome'],
  ['another object', '{"a": 1}'],
  ['half of one', JSON.stringify(WANTED).slice(0, -3)],
  ['null', '{"runs": }'],
])('%s is none', (_, text) => {
  expect(objectIn(text, hasRuns)).toBe(null);
});

test('deep nesting and many braces end', () => {
  expect(objectIn(`{"a":`.repeat(200_000), hasRuns)).toBe(null);
  expect(objectIn(`{"a": 1}\n`.repeat(200_000), hasRuns)).toBe(null);
});

test('whatever stands around it on other lines', () => {
  const line = fc.string().map((text) => text.replaceAll(/[{}"\\\n]/g, ''));
  fc.assert(
    fc.property(line, line, fc.jsonValue(), (before, behind, value) => {
      const text = `${before}\n${JSON.stringify({ runs: value })}\n${behind}`;
      expect(objectIn(text, hasRuns)).toEqual(JSON.parse(JSON.stringify({ runs: value })));
    }),
  );
});
