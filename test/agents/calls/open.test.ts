import { describe, expect, test } from 'vitest';
import { isReading, madeIn, openIn, type Trail } from '../../../src/agents/calls/open.ts';

const SINCE = 1000;
const call = (id: string, atWall: number | null = 2000, tool = 'Bash') => ({ id, tool, input: `{"command":"${id}"}`, atWall });
const trail = (calls: readonly ReturnType<typeof call>[], ...results: string[]): Trail => ({ calls, results: new Set(results) });
const NOTHING = trail([]);

describe('the calls that may have taken effect', () => {
  test.each<[what: string, record: Trail, isWhole: boolean, output: Trail, open: string[]]>([
    ['the record has its result', trail([call('a')], 'a'), true, trail([call('a')], 'a'), []],
    ['neither has a result', trail([call('a')]), true, trail([call('a')]), ['a']],
    ['only the record has the call', trail([call('a')]), true, NOTHING, ['a']],
    ['only the output has the call', NOTHING, true, trail([call('a')]), ['a']],
    ['the record lost call and result', trail([call('a')], 'a'), true, trail([call('a'), call('b')], 'a', 'b'), ['b']],
    ['the record lost the result', trail([call('a')]), true, trail([call('a')], 'a'), ['a']],
    ['what the output begins with was cut off of the record', trail([call('b')], 'b'), false, trail([call('a'), call('b')], 'a', 'b'), []],
    ['nothing of the output is in the rest of the record', NOTHING, false, trail([call('a'), call('b')], 'a'), ['b']],
    ['a call of an earlier attempt', trail([call('a', 500)]), true, NOTHING, []],
    ['a call of the record without a time', trail([call('a', null)]), true, NOTHING, []],
    ['two at once, one of them without a result', trail([call('a'), call('b')], 'b'), true, trail([call('a'), call('b')], 'b'), ['a']],
    ['a tool that only reads', trail([call('a', 2000, 'Read')]), true, trail([call('a', null, 'Read')]), []],
  ])('%s', (_what, record, isWhole, output, open) => {
    expect(openIn({ ...record, isWhole }, output, SINCE).map(({ id }) => id)).toEqual(open);
  });

  test('a time that only the record has is kept', () => {
    const [found] = openIn({ ...trail([call('a', 2000)]), isWhole: true }, trail([call('a', null)]), SINCE);
    expect(found?.atWall).toBe(2000);
  });
});

describe('the calls that a session which knows of none should look for', () => {
  test.each<[what: string, record: Trail, output: Trail, made: string[]]>([
    ['with and without a result', trail([call('a'), call('b')], 'a'), trail([call('a'), call('b')], 'a'), ['a', 'b']],
    ['the record is gone', NOTHING, trail([call('a', null)], 'a'), ['a']],
    ['the output is gone', trail([call('a')], 'a'), NOTHING, ['a']],
    ['each has one of its own', trail([call('a')], 'a'), trail([call('b', null)]), ['a', 'b']],
    ['one of an earlier attempt', trail([call('a', 500)], 'a'), NOTHING, []],
    ['one that only reads', trail([call('a', 2000, 'read')], 'a'), trail([call('b', null, 'read_files')], 'b'), []],
  ])('%s', (_what, record, output, made) => {
    expect(madeIn(record, output, SINCE).map(({ id }) => id)).toEqual(made);
  });
});

test('an unknown tool counts as one with effects', () => {
  expect([isReading('mcp__jira__read'), isReading('apply_patch'), isReading('exec_command'), isReading('grep')]).toEqual([
    false,
    false,
    false,
    true,
  ]);
});
