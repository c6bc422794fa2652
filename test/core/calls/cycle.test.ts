import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Called, Returned } from '../../../src/core/calls/call.ts';
import { type Calls, cycleInWords, cycleOf, MAX_PERIOD, withCall } from '../../../src/core/calls/cycle.ts';

/** Finished calls, one a letter; `?` is one whose result cannot be seen. */
const calls = (letters: string, known?: Calls): Calls | undefined =>
  [...letters].reduce<Calls | undefined>(
    (before, letter) => withCall(before, { kind: 'returned', id: null, tool: letter, print: letter === '?' ? '' : letter }),
    known,
  );

const found = (letters: string, least = 4): string => {
  const cycle = cycleOf(calls(letters), least);
  return cycle === null ? '-' : `${cycle.calls.map(({ tool }) => tool).join('')} × ${cycle.times}`;
};

describe('calls that go in a circle', () => {
  test.each([
    ['nothing', '', '-'],
    ['one call', 'A', '-'],
    ['three times the same', 'AAA', '-'],
    ['four times the same', 'AAAA', 'A × 4'],
    ['five times', 'AAAAA', 'A × 5'],
    ['four times, after others', 'CDAAAA', 'A × 4'],
    ['another in between', 'AABAA', '-'],
    ['another result in between (a poll that changes)', 'ABCDEF', '-'],
    ['four times two', 'ABABABAB', 'AB × 4'],
    ['two, nearly four times', 'ABABABA', '-'],
    ['four times two, in the middle of the second', 'ABABABABA', 'BA × 4'],
    ['four times three', 'ABCABCABCABC', 'ABC × 4'],
    ['four times the same in a longer cycle', 'AABAABAABAAB', 'AAB × 4'],
    ['the longest cycle', 'ABCDEFGH'.repeat(4), 'ABCDEFGH × 4'],
    ['a longer one is not recognized', 'ABCDEFGHI'.repeat(9), '-'],
    ['a cycle that was left', 'ABABABABC', '-'],
    ['a cycle that was left for another', 'AAAABBB', '-'],
    ['results that cannot be seen equal none', '????????', '-'],
    ['nor do cycles with one', 'A?A?A?A?A?', '-'],
  ])('%s: %s is %s', (_name, letters, expected) => {
    expect(found(letters)).toBe(expected);
  });

  test('0 is never', () => {
    expect(found('AAAAAAAA', 0)).toBe('-');
  });

  test('an attempt without calls has none', () => {
    expect(cycleOf(undefined, 2)).toBeNull();
  });

  test.each([
    ['AAAA', 'it made the same call 4 times in a row, with the same result: A'],
    ['ABABABAB', 'it made the same 2 calls 4 times in a row, with the same results: A, B'],
    ['ABCDE'.repeat(4), 'it made the same 5 calls 4 times in a row, with the same results: A, B, C, 2 more'],
  ])('%s in words', (letters, words) => {
    expect(cycleInWords(cycleOf(calls(letters), 4)!)).toBe(words);
  });

  const words = (letters: string, period: number): boolean => {
    const tail = letters.slice(-period * 5);
    return tail.length === period * 5 && tail === tail.slice(0, period).repeat(5);
  };

  test('a cycle is found exactly when the last calls are five times the same', () => {
    const few = fc.array(fc.constantFrom('A', 'B', 'C'), { maxLength: 8, minLength: 1 });
    const any = fc.tuple(few, few, fc.nat(12), few).map(([a, b, times, c]) => [...a, ...Array(times).fill(b).flat(), ...c].join(''));
    fc.assert(
      fc.property(any, (letters) => {
        const isCycle = Array.from({ length: MAX_PERIOD }, (_, index) => index + 1).some((period) => words(letters, period));
        expect(cycleOf(calls(letters), 5) !== null).toBe(isCycle);
      }),
      { numRuns: 2000 },
    );
  });

  test('it makes no difference where the log was cut and what went through the store in between', () => {
    const letters = fc.string({ unit: fc.constantFrom('A', 'B', '?'), maxLength: 60 });
    fc.assert(
      fc.property(letters, fc.nat(60), (all, cut) => {
        const stored = JSON.parse(JSON.stringify(calls(all.slice(0, cut)) ?? null)) as Calls | null;
        expect(calls(all.slice(cut), stored ?? undefined)).toEqual(calls(all));
      }),
    );
  });

  test('what is remembered stays small', () => {
    const many = calls('ABCDEFGHIJ'.repeat(50))!;
    const pending = Array.from({ length: 99 }, (_, n): Called => ({ kind: 'called', id: `${n}`, tool: 'x', print: 'x' }));
    const all = pending.reduce<Calls>((known, call) => withCall(known, call), many);
    expect([all.recent.length, all.alike.length, all.pending.length]).toEqual([8, 8, 16]);
  });
});

describe('calls and their results', () => {
  const called = (id: string, print: string, input?: string): Called => ({
    kind: 'called',
    id,
    tool: 'Bash',
    print,
    ...(input !== undefined && { input }),
  });
  const returned = (id: string, print: string): Returned => ({ kind: 'returned', id, print });
  const all = (...seen: (Called | Returned)[]): Calls | undefined =>
    seen.reduce<Calls | undefined>((known, one) => withCall(known, one), undefined);
  const times = (...seen: (Called | Returned)[]): number => cycleOf(all(...seen), 2)?.times ?? 1;

  test.each([
    ['the same input and result', [called('1', 'a'), returned('1', 'x'), called('2', 'a'), returned('2', 'x')], 2],
    ['another result', [called('1', 'a'), returned('1', 'x'), called('2', 'a'), returned('2', 'y')], 1],
    ['another input', [called('1', 'a'), returned('1', 'x'), called('2', 'b'), returned('2', 'x')], 1],
    ['a result that is reported twice', [called('1', 'a'), returned('1', 'x'), returned('1', 'x')], 1],
    ['a result without its call', [returned('1', 'x'), returned('2', 'x')], 1],
    ['calls without results', [called('1', 'a'), called('2', 'a')], 1],
    ['both calls before both results', [called('1', 'a'), called('2', 'a'), returned('2', 'x'), returned('1', 'x')], 2],
    ['an input that cannot be compared', [called('1', ''), returned('1', 'x'), called('2', ''), returned('2', 'x')], 1],
    ['a result that cannot be seen', [called('1', 'a'), returned('1', ''), called('2', 'a'), returned('2', '')], 1],
  ] as const)('%s', (_name, seen, expected) => {
    expect(times(...seen)).toBe(expected);
  });

  test('the input is known from the call that showed it', () => {
    const seen = ['1', '2', '3'].flatMap((id) => [called(id, 'a', id === '2' ? '{"command":"ls"}' : undefined), returned(id, 'x')]);
    expect(cycleInWords(cycleOf(all(...seen), 3)!)).toContain('Bash {"command":"ls"}');
  });
});
