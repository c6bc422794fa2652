import { expect } from 'vitest';
import type { Swapped } from '../../../src/core/fleet/lease.ts';
import type { Bucket, Engine, Entry } from '../../../src/fleet/engine.ts';
import { until } from '../until.ts';

/** Two hosts at one engine, and a part of a key that no other case uses. */
interface Played {
  readonly one: Engine;
  readonly other: Engine;
  readonly key: string;
}

export const SOON = { timeout: 20_000 };

interface Case {
  readonly name: string;
  readonly play: (played: Played) => Promise<void>;
}

/** The revision that a row was written at. */
export function written(swapped: Swapped): number {
  if (swapped.kind !== 'written') throw new Error(`expected a row that is written, got ${swapped.kind}`);
  return swapped.rev;
}

/** Watches, and keeps what it hears. */
export function heard(engine: Engine, prefix: string): { readonly entries: Map<string, Entry>; readonly end: () => void } {
  const entries = new Map<string, Entry>();
  return { entries, end: engine.watch('runs', prefix, (key, entry) => entries.set(key, entry)) };
}

/** A watch begins some time after it was asked for: writes until it hears. */
async function attentive(engine: Engine, writer: Engine, key: string): Promise<ReturnType<typeof heard>> {
  const watch = heard(engine, `${key}.`);
  let rev = 0;
  for (let number = 0; watch.entries.size === 0; number += 1) {
    rev = written(await writer.swap('runs', `${key}.first`, rev, `${number}`));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return watch;
}

/** What any engine of a fleet does, whatever it is made of. */
export const CONTRACT: readonly Case[] = [
  {
    name: 'a key that has no row',
    play: async ({ one, key }) => {
      expect(await one.get('runs', key)).toEqual({ rev: 0, row: null });
      expect(await one.list('runs', `${key}.`)).toEqual(new Map());
    },
  },
  {
    name: 'a row is written once at a revision, and read by another host',
    play: async ({ one, other, key }) => {
      const first = written(await one.swap('hosts', key, 0, 'a'));
      expect(first).toBeGreaterThan(0);
      await shows(other, 'hosts', key, { rev: first, row: 'a' });
      expect(await other.swap('hosts', key, 0, 'b')).toEqual({ kind: 'refused' });
      const second = written(await other.swap('hosts', key, first, 'b'));
      expect(second).toBeGreaterThan(first);
      expect(await one.swap('hosts', key, first, 'c')).toEqual({ kind: 'refused' });
      await shows(one, 'hosts', key, { rev: second, row: 'b' });
    },
  },
  {
    name: 'a write at a revision that never was',
    play: async ({ one, key }) => {
      expect(await one.swap('hosts', key, 1_000_000, 'a')).toEqual({ kind: 'refused' });
      expect(await one.get('hosts', key)).toEqual({ rev: 0, row: null });
    },
  },
  {
    name: 'of two that write at once, one is refused',
    play: async ({ one, other, key }) => {
      const results = await Promise.all([one.swap('place', key, 0, 'one'), other.swap('place', key, 0, 'other')]);
      expect(results.map(({ kind }) => kind).toSorted()).toEqual(['refused', 'written']);
    },
  },
  {
    name: 'the row of another key does not move a revision',
    play: async ({ one, key }) => {
      const rev = written(await one.swap('hosts', key, 0, 'a'));
      written(await one.swap('hosts', `${key}-2`, 0, 'a'));
      written(await one.swap('hosts', key, rev, 'b'));
    },
  },
  {
    name: 'any text comes back',
    play: async ({ one, other, key }) => {
      for (const [number, text] of ['', 'Zürich — 日本 \u0000 \r\n', '{"a":1}', 'x'.repeat(16 * 1024)].entries()) {
        const rev = written(await one.swap('runs', `${key}.${number}`, 0, text));
        await shows(other, 'runs', `${key}.${number}`, { rev, row: text });
      }
    },
  },
  {
    name: 'a list has the rows whose key begins so, with their age',
    play: async ({ one, other, key }) => {
      const keys = ['.a', '.b', '-other.a', '.ab'].map((end) => key + end);
      const revs = new Map<string, number>();
      for (const name of keys) revs.set(name, written(await one.swap('runs', name, 0, name)));
      const last = keys.at(-1) as string;
      await expect.poll(async () => (await other.list('runs', `${key}.`))?.has(last), SOON).toBe(true);
      const list = await other.list('runs', `${key}.`);
      expect([...(list ?? [])].map(([name, { rev, row }]) => [name, rev, row])).toEqual(
        [`${key}.a`, `${key}.b`, last].map((name) => [name, revs.get(name), name]),
      );
      for (const { ageMs } of list?.values() ?? []) expect(ageMs).toBeGreaterThanOrEqual(0);
      for (const { ageMs } of list?.values() ?? []) expect(ageMs).toBeLessThan(60_000);
      expect([...((await one.list('runs', `${key}.a`)) ?? new Map()).keys()]).toEqual([`${key}.a`, last]);
      expect([...((await one.list('runs', '')) ?? new Map()).keys()]).toEqual(expect.arrayContaining(keys));
    },
  },
  {
    name: 'a watch tells of each change from then on',
    play: async ({ one, other, key }) => {
      written(await other.swap('runs', `${key}.before`, 0, 'a'));
      written(await other.swap('runs', `${key}-other.a`, 0, 'a'));
      const watch = await attentive(one, other, key);
      const rev = written(await other.swap('runs', `${key}.second`, 0, 'b'));
      await until('it hears of the second', () => watch.entries.has(`${key}.second`));
      expect(watch.entries.get(`${key}.second`)).toMatchObject({ rev, row: 'b' });
      expect([...watch.entries.keys()]).toEqual([`${key}.first`, `${key}.second`]);
      watch.end();
      written(await other.swap('runs', `${key}.third`, 0, 'c'));
      const again = await attentive(one, other, `${key}-again`);
      expect(watch.entries.has(`${key}.third`)).toBe(false);
      again.end();
    },
  },
  {
    name: 'a fourth watch throws, until one ends',
    play: async ({ one }) => {
      const ends = (['hosts', 'runs', 'holds'] as const).map((bucket) => one.watch(bucket, '', () => {}));
      expect(() => one.watch('duty', '', () => {})).toThrow(RangeError);
      ends.pop()?.();
      ends.push(one.watch('duty', '', () => {}));
      for (const end of ends) end();
    },
  },
  {
    name: 'what is no key throws',
    play: async ({ one }) => {
      for (const key of ['', 'a.', '.a', 'a..b', 'a b', 'a.*', '>', 'a\r\nPUB', 'ä']) {
        await expect(one.get('runs', key)).rejects.toThrow(RangeError);
        await expect(one.swap('runs', key, 0, 'a')).rejects.toThrow(RangeError);
      }
      for (const prefix of ['.', 'a..', 'a b', '*', 'a.>']) {
        await expect(one.list('runs', prefix)).rejects.toThrow(RangeError);
        expect(() => one.watch('runs', prefix, () => {})).toThrow(RangeError);
      }
    },
  },
  {
    name: 'which engine it is, its clock, and a sign of life',
    play: async ({ one, other }) => {
      expect(await one.made()).toBe(await other.made());
      expect(await one.made()).toMatch(/\d{4}-\d\d-\d\dT/);
      expect(Math.abs(((await one.serverNow()) ?? 0) - Date.now())).toBeLessThan(10_000);
      one.beat('{}');
      const known: boolean[] = [];
      one.onConnection((isConnected) => known.push(isConnected))();
      expect(known).toEqual([true]);
    },
  },
];

/** A read may be answered by a replica that lags behind. */
const shows = (engine: Engine, bucket: Bucket, key: string, expected: object): Promise<void> =>
  expect.poll(() => engine.get(bucket, key), SOON).toEqual(expected);

/** Away or closed: nothing throws, and nothing is known. */
export async function expectNoAnswer(engine: Engine): Promise<void> {
  expect(await engine.get('hosts', 'a')).toBe(null);
  expect(await engine.list('hosts', '')).toBe(null);
  expect(await engine.swap('hosts', 'a', 0, 'a')).toEqual({ kind: 'unknown' });
  expect(await engine.serverNow()).toBe(null);
  expect(await engine.made()).toBe(null);
  engine.beat('{}');
}
