import { describe, expect, test } from 'vitest';
import { CONTRACT, expectNoAnswer, heard, written } from '../kit/fleet/contract.ts';
import { MemoryEngine } from '../kit/fleet/memory-engine.ts';

describe('what any engine does, in memory', () => {
  const engine = new MemoryEngine();
  for (const [number, { name, play }] of CONTRACT.entries())
    test(name, () => play({ one: engine.connect(), other: engine.connect(), key: `case-${number}` }));
});

describe('the faults of an engine, in memory', () => {
  test('cut off, or closed', async () => {
    const engine = new MemoryEngine();
    const one = engine.connect();
    const known: boolean[] = [];
    one.onConnection((isConnected) => known.push(isConnected));
    one.cut(true);
    await expectNoAnswer(one);
    one.cut(false);
    expect(known).toEqual([true, false, true]);
    expect(await one.get('hosts', 'a')).toEqual({ rev: 0, row: null });
    await one.close();
    await expectNoAnswer(one);
  });

  test('a write that is unknown has landed', async () => {
    const one = new MemoryEngine().connect();
    one.losesAnswer = true;
    expect(await one.swap('hosts', 'a', 0, 'x')).toEqual({ kind: 'unknown' });
    expect(await one.get('hosts', 'a')).toMatchObject({ row: 'x' });
  });

  test('refused, and nothing can be read', async () => {
    const one = new MemoryEngine().connect();
    one.refuses = true;
    one.isUnreadable = true;
    expect(await one.swap('hosts', 'a', 0, 'x')).toEqual({ kind: 'refused' });
    expect(await one.get('hosts', 'a')).toBe(null);
    expect(await one.list('hosts', '')).toBe(null);
  });

  test('a watch that says nothing', async () => {
    const one = new MemoryEngine().connect();
    const watch = heard(one, '');
    one.isDeaf = true;
    written(await one.swap('runs', 'a', 0, 'x'));
    expect(watch.entries.size).toBe(0);
  });

  test('another engine', async () => {
    const engine = new MemoryEngine();
    const one = engine.connect();
    written(await one.swap('hosts', 'a', 0, 'x'));
    engine.wipe('2026-12-01T00:00:00Z');
    expect(await one.made()).toBe('2026-12-01T00:00:00Z');
    expect(await one.get('hosts', 'a')).toEqual({ rev: 0, row: null });
  });
});
