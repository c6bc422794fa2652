import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { register } from '../../../src/cli/costs/costs.ts';
import { linesOf } from '../../../src/cli/costs/lines.ts';
import { sinceWall } from '../../../src/cli/costs/since.ts';
import { type By, costsBy } from '../../../src/cli/costs/sums.ts';
import type { SpendEntry } from '../../../src/core/run/spent.ts';
import { quarterOf } from '../../../src/core/spend/quarters.ts';
import { HOSTILE, isHarmful, keptState, look } from '../../kit/kept-state.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

const entry = (run: string, time: string, usd: number | null, changes: Partial<SpendEntry> = {}): SpendEntry => ({
  run,
  attempt: 1,
  recovery: null,
  account: 'claude/anthropic/abc',
  quarter: quarterOf(Date.parse(time)),
  amount: {
    model: 'opus',
    tokens: { input: 1000, output: 500, cacheRead: 20_000, cacheWrite: 0 },
    statedUsd: usd ?? 0,
    computedUsd: 0,
    unpriced: usd === null ? 21_500 : 0,
  },
  ...changes,
});

const SPENT = [
  entry('one.1', '2026-11-29T23:30:00Z', 2),
  entry('one.1', '2026-11-30T00:00:00Z', 1, { attempt: 2 }),
  entry('one.1', '2026-11-30T01:00:00Z', 0.5, { attempt: 2, recovery: 1, account: 'codex/openai/def' }),
  entry('two.1', '2026-11-30T12:00:00Z', null, { amount: { ...entry('', '2026-11-30', null).amount, model: null } }),
];

async function spent() {
  const state = await keptState();
  const decision = (name: string, seq: number) => noting(newRunNamed(name), seq);
  state.keep(
    { ...decision('one', 1), spent: SPENT.filter(({ run }) => run === 'one.1') },
    { ...decision('two', 2), spent: SPENT.filter(({ run }) => run === 'two.1') },
  );
  return state.where;
}

describe('dogwatch costs', () => {
  test('shows runs with the most expensive first, and the sum', async () => {
    const { out } = await look(register, await spent(), 'costs');
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['RUN', 'COST', 'INPUT', 'CACHED', 'OUTPUT'],
      ['one', '$3.50', '3k', '60k', '1.5k'],
      ['two', '?', '1k', '20k', '500'],
      ['in all', '>$3.50', '4k', '80k', '2k'],
      ['In all at least $3.50 as the agent states (86k tokens); the price of 21.5k tokens is unknown.'],
      [''],
    ]);
  });

  test.each<[By, readonly (readonly [string | null, number | null])[]]>([
    [
      'day',
      [
        ['2026-11-29', 2],
        ['2026-11-30', 1.5],
      ],
    ],
    [
      'account',
      [
        ['claude/anthropic/abc', 3],
        ['codex/openai/def', 0.5],
      ],
    ],
    [
      'model',
      [
        ['opus', 3.5],
        [null, null],
      ],
    ],
    [
      'attempt',
      [
        ['one, attempt 1', 2],
        ['one, attempt 2', 1],
        ['one, recovery 1', 0.5],
        ['two, attempt 1', null],
      ],
    ],
  ])('by %s', async (by, groups) => {
    const where = await spent();
    const { out } = await look(register, where, 'costs', '--by', by, '--json');
    const report = JSON.parse(out);
    expect(report.groups.map(({ name, cost }: { name: string; cost: { usd: number } }) => [name, cost.usd])).toEqual(groups);
    expect(report).toMatchObject({ version: 1, by, total: { usd: 3.5, provenance: 'stated', isComplete: false, unpricedTokens: 21_500 } });
  });

  test('of one run, by attempt', async () => {
    const { out } = await look(register, await spent(), 'costs', 'one', '--json');
    expect(JSON.parse(out)).toMatchObject({ by: 'attempt', total: { usd: 3.5, isComplete: true } });
  });

  test('since a time', async () => {
    const { out } = await look(register, await spent(), 'costs', '--since', '2026-11-30T00:00:00Z', '--json');
    expect(JSON.parse(out)).toMatchObject({ since: '2026-11-30T00:00:00.000Z', total: { usd: 1.5 } });
  });

  test('says that costs are unknown, not zero, if nothing is known', async () => {
    const { where } = await keptState();
    expect((await look(register, where, 'costs')).out).toBe('No agent has said what it used. Costs are unknown, not zero.\n');
  });

  test.each([
    [['costs', 'three'], 'there is no run "three"'],
    [['costs', '--since', 'someday'], '--since is not a time'],
  ])('%j is refused', async (argv, message) => {
    expect((await look(register, await spent(), ...argv)).thrown).toMatchObject({ message });
  });
});

test.each([
  ['2026-11-30', 'Europe/Berlin', '2026-11-29T23:00:00.000Z'],
  ['2026-11-30', 'Asia/Kathmandu', '2026-11-29T18:15:00.000Z'],
  ['2026-11-30', 'UTC', '2026-11-30T00:00:00.000Z'],
  ['2026-11-30T10:00:00Z', 'Europe/Berlin', '2026-11-30T10:00:00.000Z'],
  ['7d', 'Europe/Berlin', '2026-11-23T12:00:00.000Z'],
])('--since %s in %s is %s', (text, zone, time) => {
  expect(new Date(sinceWall(text, zone, Date.parse('2026-11-30T12:00:00Z'))).toISOString()).toBe(time);
});

describe('the lines', () => {
  const rows = Array.from({ length: 5 }, (_, index) => ({
    run: `run${index}`,
    attempt: 1,
    recovery: 0,
    account: 'a',
    model: index === 3 ? HOSTILE : '漢字の模型',
    quarter: index,
    input: 1000,
    output: 100,
    cacheRead: 0,
    cacheWrite: 0,
    reasoning: null,
    stated: index,
    computed: 0,
    unpriced: 0,
  }));
  const report = (by: By) =>
    ({ version: 1, by, zone: 'UTC', since: null, ...costsBy(rows, { by, zone: 'UTC', runs: new Map() }) }) as const;

  test.each(Array.from({ length: 19 }, (_, index) => 20 + index * 10))('fit on a terminal of %d columns', (columns) => {
    for (const by of ['run', 'model'] as const)
      for (const line of linesOf(report(by), columns)) {
        expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(isHarmful(line)).toBe(false);
      }
  });

  test('have bars on a wide terminal only, as long as the money', () => {
    const bars = (columns: number | undefined) => linesOf(report('run'), columns).map((line) => (line.match(/█/g) ?? []).length);
    expect(bars(120)).toEqual([0, 40, 30, 20, 10, 0, 0]);
    expect(bars(30)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(bars(undefined)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });
});
