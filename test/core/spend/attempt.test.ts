import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inAll } from '../../../src/core/spend/amount.ts';
import { costOf, tokensOf } from '../../../src/core/spend/cost.ts';
import { attemptSpent, NOTHING_SPENT, type Spending } from '../../../src/core/spend/run.ts';
import type { Money, Usage } from '../../../src/core/spend/usage.ts';

const WALL = 1_800_000_000_000;

const tokens = (input: number, output = 0) => ({ input, output, cacheRead: 0, cacheWrite: 0 });
const stated = (usd: number): Money => ({ usd, by: 'stated' });
const computed = (usd: number): Money => ({ usd, by: 'computed' });

const answer = (id: string, input: number, output = 0, money: Money | null = null, model: string | null = 'm'): Usage => ({
  kind: 'usage',
  of: 'answer',
  id,
  shares: [{ model, tokens: tokens(input, output), money }],
  context: input,
});
const total = (input: number, output: number, money: Money | null = null): Usage => ({
  kind: 'usage',
  of: 'attempt',
  id: '',
  shares: [{ model: 'm', tokens: tokens(input, output), money }],
});
const turn = (id: string, input: number, output = 0, money: Money | null = null): Usage => ({
  ...total(input, output, money),
  of: 'turn',
  id,
});
const inSession = (session: string, id: string, input: number): Usage => ({ ...answer(id, input), session });
const ofSession = (id: string, input: number, output = 0): Usage => ({ ...total(input, output), of: 'session', id });

const after = ({ spend, attempt }: NonNullable<ReturnType<typeof attemptSpent>>): Spending => ({
  spend,
  attempt: attempt === undefined ? {} : { spend: attempt },
});

/** Attempts, one after the other, each with what it says. */
function spending(...attempts: readonly (readonly Usage[])[]): Spending {
  let run: Spending = { attempt: null };
  for (const usages of attempts) {
    run = { ...run, attempt: {} };
    for (const usage of usages) {
      const more = attemptSpent(run, usage, WALL);
      if (more !== null) run = after(more);
    }
  }
  return run;
}

const sums = (run: Spending) => {
  const { input, output } = tokensOf(run) ?? { input: null, output: null };
  return [input, output, costOf(run).usd];
};

describe('the sum of what attempts say', () => {
  test.each<[string, readonly (readonly Usage[])[], readonly (number | null)[]]>([
    ['nothing', [[]], [null, null, null]],
    ['tokens without a price are no zero', [[answer('a', 100, 10)]], [100, 10, null]],
    ['answers add up', [[answer('a', 100, 10, computed(1)), answer('b', 200, 20, computed(2))]], [300, 30, 3]],
    ['an answer that is repeated is replaced', [[answer('a', 100, 1, computed(1)), answer('a', 100, 40, computed(4))]], [100, 40, 4]],
    ['a repetition that knows less changes nothing', [[answer('a', 100, 40, computed(4)), answer('a', 100, 1, computed(1))]], [100, 40, 4]],
    ['a total replaces the answers before it', [[answer('a', 100, 1, computed(1)), total(100, 40, stated(5))]], [100, 40, 5]],
    ['answers after a total add to it', [[answer('a', 100, 1), total(100, 40, stated(5)), answer('b', 10, 1, computed(1))]], [110, 41, 6]],
    [
      'a later total replaces the first',
      [[total(100, 40, stated(5)), answer('b', 9, 1, computed(1)), total(200, 80, stated(9))]],
      [200, 80, 9],
    ],
    [
      'a total that is read again is ignored',
      [[total(100, 40, stated(5)), total(200, 80, stated(9)), total(100, 40, stated(5))]],
      [200, 80, 9],
    ],
    ['the total of each attempt is its own', [[total(100, 40, stated(5))], [total(10, 4, stated(1))]], [110, 44, 6]],
    ['ids of another attempt are others', [[answer('a', 100)], [answer('a', 100)]], [200, 0, null]],
    ['the total of a session spans attempts', [[ofSession('s', 100, 10)], [ofSession('s', 150, 15)]], [150, 15, null]],
    ['within an attempt, too', [[ofSession('s', 100), ofSession('s', 150), ofSession('s', 175)]], [175, 0, null]],
    ['a killed turn is in the next total', [[ofSession('s', 100)], [], [ofSession('s', 190)]], [190, 0, null]],
    ['another session counts from zero', [[ofSession('s', 100)], [ofSession('t', 50)]], [150, 0, null]],
    ['a session that counts anew after a resume', [[ofSession('s', 100)], [ofSession('s', 30)]], [130, 0, null]],
    ['an older total of a session that is read again', [[ofSession('s', 100), ofSession('s', 150), ofSession('s', 100)]], [150, 0, null]],
    [
      'one that counts anew after a resume, with answers',
      [
        [inSession('s', 'a', 100), ofSession('s', 100)],
        [inSession('s', 'b', 30), ofSession('s', 30)],
      ],
      [130, 0, null],
    ],
    ['a total that is said again by an attempt that did nothing', [[ofSession('s', 100)], [ofSession('s', 100)]], [100, 0, null]],
    [
      'a total of another session in between',
      [[ofSession('s', 100), ofSession('sub', 7), ofSession('s', 150), ofSession('sub', 9)]],
      [159, 0, null],
    ],
    ['a total of a session that is read late', [[ofSession('s', 150), ofSession('s', 100)]], [150, 0, null]],
    [
      'a killed turn whose answers were counted is in the next total',
      [[inSession('s', 'a', 60), ofSession('s', 60)], [inSession('s', 'b', 40)], [inSession('s', 'c', 5), ofSession('s', 105)]],
      [105, 0, null],
    ],
    [
      'a total of a session has what its answers did not say',
      [
        [inSession('s', 'a', 60), ofSession('s', 90)],
        [inSession('s', 'b', 10), ofSession('s', 107)],
      ],
      [107, 0, null],
    ],
    [
      'a session that is older than the run begins with its first total',
      [
        [
          { ...ofSession('s', 5000), mayBeOlder: true },
          { ...ofSession('s', 5100), mayBeOlder: true },
        ],
      ],
      [100, 0, null],
    ],
    [
      'an older session whose answers are known, too',
      [
        [
          { ...inSession('s', 'a', 30), mayBeOlder: true },
          { ...ofSession('s', 5030), mayBeOlder: true },
        ],
        [ofSession('s', 5100)],
      ],
      [100, 0, null],
    ],
    [
      'an older session that says what is new',
      [
        [
          { ...ofSession('s', 5030), since: answer('', 30).shares },
          { ...ofSession('s', 5100), since: answer('', 70).shares },
        ],
      ],
      [100, 0, null],
    ],
    ['turns add up', [[turn('t', 100, 40, stated(5)), turn('u', 10, 4, stated(1))], [turn('v', 1)]], [111, 44, 6]],
    [
      'a turn replaces the answers since the one before',
      [[answer('a', 100, 1), turn('t', 100, 40), answer('b', 9), turn('u', 10)]],
      [110, 40, null],
    ],
    ['a turn that is read again', [[turn('t', 100), turn('t', 100)]], [100, 0, null]],
    ['an answer that is read after its turn', [[answer('a', 100, 1), turn('t', 100, 40), answer('a', 100, 40)]], [100, 40, null]],
    [
      'an answer that is read after the total at the end',
      [[total(100, 40), { ...answer('a', 100, 40), isInTotal: true }]],
      [100, 40, null],
    ],
    [
      'answers before the total of a session are in it',
      [[inSession('s', 'a', 60), ofSession('s', 100), inSession('s', 'b', 5)]],
      [105, 0, null],
    ],
  ])('%s', (_, attempts, expected) => {
    expect(sums(spending(...attempts))).toEqual(expected);
  });

  test('many answers add up after the first ones are forgotten, however often a piece is read', () => {
    const all = Array.from({ length: 200 }, (_, index) => answer(`id${index}`, 10, 1, computed(0.1)));
    expect(sums(spending([...all, ...all.slice(40), ...all]))).toEqual([2000, 200, 20]);
  });

  test('of several models', () => {
    const run = spending([
      answer('a', 10, 0, computed(1), 'big'),
      answer('b', 20, 0, null, 'small'),
      answer('c', 5, 0, computed(1), 'big'),
    ]);
    expect(run.spend?.amounts.map(({ model, tokens: { input }, computedUsd, unpriced }) => [model, input, computedUsd, unpriced])).toEqual([
      ['big', 15, 2, 0],
      ['small', 20, 0, 20],
    ]);
    expect(costOf(run)).toMatchObject({ usd: 2, provenance: 'computed', unpricedTokens: 20, isComplete: false });
  });

  test('a total without a price gives way to the same total with one', () => {
    const unnamed: Usage = { ...ofSession('s', 100), shares: [{ model: null, tokens: tokens(100), money: null }] };
    const named: Usage = { ...ofSession('s', 100), shares: [{ model: 'big', tokens: tokens(100), money: computed(2) }] };
    const later: Usage = { ...ofSession('s', 150), shares: [{ model: null, tokens: tokens(150), money: null }] };
    const both: Usage = { ...ofSession('s', 150), shares: [{ model: 'big', tokens: tokens(150), money: computed(3) }] };
    expect(sums(spending([unnamed, named]))).toEqual([100, 0, 2]);
    expect(sums(spending([named, unnamed]))).toEqual([100, 0, 2]);
    expect(costOf(spending([named, later]))).toMatchObject({ usd: 2, unpricedTokens: 50 });
    const run = spending([named, later, both, later, named]);
    expect([sums(run), costOf(run).unpricedTokens, run.spend?.amounts.filter(({ unpriced }) => unpriced !== 0)]).toEqual([
      [150, 0, 3],
      0,
      [],
    ]);
  });

  test('an agent that invents models is not told apart for ever', () => {
    const run = spending(Array.from({ length: 100 }, (_, index) => answer(`a${index}`, 1, 0, null, `m${index}`)));
    expect(run.spend?.amounts.length).toBeLessThanOrEqual(17);
    expect(inAll(run.spend?.amounts ?? []).tokens.input).toBe(100);
  });

  test('the last prompt', () => {
    const run = spending([answer('a', 100), { ...answer('of a sub-agent', 7), context: null }]);
    expect(run.spend?.last).toEqual({ tokens: 100, model: 'm', atWall: WALL });
  });
});

describe('any split and repetition', () => {
  const said = fc.array(
    fc.record({ id: fc.integer({ min: 0, max: 30 }), input: fc.integer({ min: 0, max: 999 }), cents: fc.integer({ min: 0, max: 99 }) }),
    { maxLength: 40 },
  );

  test('a piece that is read again never counts twice', () => {
    fc.assert(
      fc.property(said, fc.nat(40), fc.nat(40), (answers, from, to) => {
        const first = new Map(answers.map((one) => [one.id, one]));
        const all = [...first.values()].map(({ id, input, cents }) => answer(`${id}`, input, 1, computed(cents / 100)));
        const once = spending(all);
        expect(sums(spending([...all.slice(0, to), ...all.slice(from, to), ...all]))).toEqual(sums(once));
      }),
    );
  });

  test('what is stored between any two of them goes on', () => {
    fc.assert(
      fc.property(said, fc.nat(40), (answers, cut) => {
        const all = answers.map(({ id, input, cents }) => answer(`${id}`, input, 1, computed(cents / 100)));
        let run: Spending = { spend: NOTHING_SPENT, attempt: {} };
        all.forEach((usage, index) => {
          const more = attemptSpent(run, usage, WALL);
          if (more !== null) run = after(more);
          if (index === cut) run = JSON.parse(JSON.stringify(run));
        });
        expect(sums(run)).toEqual(all.length === 0 ? [null, null, null] : sums(spending(all)));
      }),
    );
  });

  test('the run has the sum of its attempts', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 5 }), (attempts) => {
        const all = attempts.map((answers) => answers.map(({ id, input, cents }) => answer(`${id}`, input, 1, computed(cents / 100))));
        const each = all.map((usages) => costOf(spending(usages)).usd ?? 0);
        expect(costOf(spending(...all)).usd ?? 0).toBeCloseTo(
          each.reduce((sum, usd) => sum + usd, 0),
          6,
        );
      }),
    );
  });
});
