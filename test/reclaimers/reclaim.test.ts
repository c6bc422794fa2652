import { describe, expect, test } from 'vitest';
import { planAll, prereclaim, type ReclaimAsk, reclaim, reclaimAll } from '../../src/reclaimers/reclaim.ts';
import { type ItemOutcome, NOTHING, type PlannedItem, type Reclaimer } from '../../src/reclaimers/reclaimer.ts';

const item = (id: string, bytes: number | null = 10): PlannedItem => ({ id, what: id, bytes, lastUsedWall: null, because: 'old' });

/** A disk on which removing each thing frees what it really has. */
function disk(things: Readonly<Record<string, number>>, outcome: (id: string) => ItemOutcome | null = () => null) {
  let available = 100;
  const gone: string[] = [];
  const reclaimer: Reclaimer = {
    kind: 'command',
    name: 'things',
    paths: async () => ['/'],
    availableBytes: async () => available,
    plan: async () => ({ ...NOTHING, items: Object.keys(things).map((id) => item(id)) }),
    apply: async ({ id }) => {
      const other = outcome(id);
      if (other !== null) return other;
      gone.push(id);
      available += things[id] ?? 0;
      return { kind: 'freed', claimedBytes: 10, because: null };
    },
  };
  return { reclaimer, gone, available: () => available };
}
const ask = (changes: Partial<ReclaimAsk> = {}): ReclaimAsk => ({
  now: () => ({ wall: 0, mono: 0 }),
  isEnough: async () => false,
  deadlineMono: null,
  onStep: () => {},
  ...changes,
});

describe('reclaim', () => {
  test('measures what each item really freed, whatever it claims', async () => {
    const { reclaimer } = disk({ a: 3, b: 0 });
    const steps: string[] = [];
    const done = await reclaim(reclaimer, ask({ onStep: (name, step) => steps.push(`${name} ${step.item.id} ${step.measuredBytes}`) }));
    expect(done).toMatchObject({ claimedBytes: 20, measuredBytes: 3 });
    expect(steps).toEqual(['things a 3', 'things b 0']);
  });

  test('stops as soon as enough is free', async () => {
    const one = disk({ a: 5, b: 5, c: 5 });
    const { steps } = await reclaim(one.reclaimer, ask({ isEnough: async () => one.available() >= 110 }));
    expect(one.gone).toEqual(['a', 'b']);
    expect(steps.map(({ outcome }) => outcome.kind)).toEqual(['freed', 'freed', 'left']);
  });

  test('continues after an item that failed or was spared', async () => {
    const outcomes: Record<string, ItemOutcome> = { a: { kind: 'failed', because: 'no' }, b: { kind: 'spared', because: 'used' } };
    const { reclaimer, gone } = disk({ a: 5, b: 5, c: 5 }, (id) => outcomes[id] ?? null);
    expect(await reclaim(reclaimer, ask())).toMatchObject({ claimedBytes: 10, measuredBytes: 5 });
    expect(gone).toEqual(['c']);
  });

  test('begins nothing after the deadline, and waits for no plan beyond it', async () => {
    let mono = 0;
    const { reclaimer, gone } = disk({ a: 5, b: 5 });
    const slow = {
      ...reclaimer,
      apply: (...args: Parameters<Reclaimer['apply']>) => reclaimer.apply(...args).finally(() => (mono += 1000)),
    };
    const hung = { ...reclaimer, name: 'hung', plan: () => new Promise<never>(() => {}) };
    const now = () => ({ wall: 0, mono });
    const done = await prereclaim([hung, slow], now, 100);
    expect(done[0]?.plan.problem).toContain('no time');
    expect(done[1]?.steps.map(({ outcome }) => outcome.kind)).toEqual(['freed', 'left']);
    expect(gone).toEqual(['a']);
  });

  test('plans without doing anything, with the same plan', async () => {
    const { reclaimer, gone } = disk({ a: 5, b: 5 });
    const [planned] = await planAll([reclaimer], { wall: 0, mono: 0 });
    expect(gone).toEqual([]);
    const [done] = await reclaimAll([reclaimer], ask());
    expect(done?.plan).toEqual(planned?.plan);
  });
});
