import { describe, expect, test } from 'vitest';
import type { SpendEntry } from '../../../src/core/run/spent.ts';
import { openReader } from '../../../src/store/reader.ts';
import { Recorder } from '../../../src/store/recorder.ts';
import { openStore } from '../../../src/store/store.ts';
import { leased, stateDirectory } from '../../kit/opened-store.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

const entry = (changes: Partial<SpendEntry> = {}, usd = 1): SpendEntry => ({
  run: 'one.1',
  attempt: 1,
  recovery: null,
  account: 'claude/anthropic/abc',
  quarter: 2_000_000,
  amount: {
    model: 'opus',
    tokens: { input: 10, output: 5, cacheRead: 100, cacheWrite: 0 },
    statedUsd: 0,
    computedUsd: usd,
    unpriced: 0,
  },
  ...changes,
});

async function opened() {
  const where = stateDirectory();
  const store = openStore(where, await leased(where), () => false);
  const rows = (wanted = {}) => {
    const reader = openReader(where);
    const found = reader.spend(wanted);
    reader.close();
    return found;
  };
  return { store, rows };
}

describe('the ledger of spend', () => {
  test('adds up what has the same keys, and keeps the rest apart', async () => {
    const { store, rows } = await opened();
    const run = newRunNamed('one');
    const spent = [entry(), entry({}, 2), entry({ quarter: 2_000_001 }), entry({ attempt: 2 }), entry({ recovery: 1, account: 'other' })];
    store.record([{ ...noting(run, 1), spent }]);
    expect(rows().map(({ attempt, recovery, quarter, computed, input }) => [attempt, recovery, quarter, computed, input])).toEqual([
      [1, 0, 2_000_000, 3, 20],
      [1, 1, 2_000_000, 1, 10],
      [2, 0, 2_000_000, 1, 10],
      [1, 0, 2_000_001, 1, 10],
    ]);
    expect(rows({ run: 'two.1' })).toEqual([]);
    expect(rows({ fromQuarter: 2_000_001 })).toHaveLength(1);
    expect(store.spentSince(2_000_001)).toEqual([
      { quarter: 2_000_000, usd: 5, unpriced: 0 },
      { quarter: 2_000_001, usd: 1, unpriced: 0 },
    ]);
    store.close();
  });

  test('knows the last two days of spending while the clock is wrong, and more from a given time on', async () => {
    const { store } = await opened();
    const spent = Array.from({ length: 300 }, (_, number) => entry({ quarter: 2_000_000 + number }));
    store.record([{ ...noting(newRunNamed('one'), 1), spent }]);
    const firstOf = (quarter: number) => store.spentSince(quarter)[0]?.quarter;
    const yearAhead = 2_000_000 + 365 * 96;
    expect(store.spentSince(yearAhead)).toHaveLength(192);
    expect([firstOf(yearAhead), firstOf(2_000_050), firstOf(0)]).toEqual([2_000_108, 2_000_050, 2_000_000]);
    store.close();
  });

  test('takes back what a stated total replaces', async () => {
    const { store, rows } = await opened();
    const { amount } = entry();
    const stated = { ...amount, tokens: { ...amount.tokens, output: 0 }, computedUsd: -1, statedUsd: 1.5 };
    store.record([{ ...noting(newRunNamed('one'), 1), spent: [entry(), entry({ amount: stated })] }]);
    expect(rows()).toMatchObject([{ stated: 1.5, computed: 0 }]);
    store.close();
  });

  test('holds what the stored run holds, at any time a watchdog may die', async () => {
    const { store, rows } = await opened();
    const recorder = new Recorder(store);
    const run = newRunNamed('one');
    recorder.record([{ decision: noting(run, 1) }]);
    const counted = (resumes: number, seq: number) => ({ ...noting({ ...run, resumes }, seq), material: false, spent: [entry()] });
    recorder.record([{ decision: counted(1, 2) }]);
    recorder.record([{ decision: counted(2, 3) }]);
    expect([store.run('one.1')?.resumes, rows()]).toEqual([0, []]);
    recorder.checkpoint();
    recorder.checkpoint();
    expect([store.run('one.1')?.resumes, rows()]).toMatchObject([2, [{ computed: 2 }]]);
    recorder.record([{ decision: counted(3, 4) }]);
    recorder.record([{ decision: { ...noting({ ...run, resumes: 4 }, 5), spent: [entry()] } }]);
    recorder.checkpoint();
    expect([store.run('one.1')?.resumes, rows()]).toMatchObject([4, [{ computed: 4 }]]);
    store.close();
  });

  test('is stored with the first stored decision of a group, once, and not at all with one that fails', async () => {
    const { store, rows } = await opened();
    const recorder = new Recorder(store);
    const run = newRunNamed('one');
    recorder.record([{ decision: noting(run, 1) }]);
    const counted = (resumes: number, seq: number) => ({ ...noting({ ...run, resumes }, seq), material: false, spent: [entry()] });
    const group = [counted(1, 2), { ...noting({ ...run, resumes: 2 }, 3), spent: [entry()] }, counted(3, 4)];
    const twice = noting(newRunNamed('two'), 1);
    expect(() => recorder.record([...group, twice].map((decision) => ({ decision })))).toThrow(/UNIQUE/);
    expect([store.run('one.1')?.resumes, recorder.isBehind, rows()]).toEqual([0, false, []]);
    recorder.record(group.map((decision) => ({ decision })));
    expect([store.run('one.1')?.resumes, recorder.isBehind, rows()]).toMatchObject([2, true, [{ computed: 2 }]]);
    recorder.checkpoint();
    expect([store.run('one.1')?.resumes, rows()]).toMatchObject([3, [{ computed: 3 }]]);
    store.close();
  });

  test('forgets ended and removed runs after as long as their journal, and keeps the others', async () => {
    const { store, rows } = await opened();
    const old = 2_000_000 - 91 * 24 * 4;
    const ended = { ...newRunNamed('ended'), state: 'complete' as const };
    store.record([
      {
        ...noting(ended, 1),
        spent: [entry({ run: 'ended.1', quarter: old }), entry({ run: 'ended.1' }), entry({ run: 'removed.1', quarter: old })],
      },
      { ...noting(newRunNamed('one'), 2), spent: [entry({ quarter: old }), entry()] },
    ]);
    store.tidy();
    expect(rows().map(({ run, quarter }) => [run, quarter])).toEqual([
      ['one.1', old],
      ['ended.1', 2_000_000],
      ['one.1', 2_000_000],
    ]);
    store.close();
  });
});
