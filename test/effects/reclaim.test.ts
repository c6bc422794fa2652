import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { HostAction } from '../../src/core/model/host.ts';
import { prereclaim } from '../../src/effects/prereclaim.ts';
import { reclaimFor } from '../../src/effects/reclaim.ts';
import { type ItemOutcome, NOTHING, type Reclaimer } from '../../src/reclaimers/reclaimer.ts';
import { lockReclaim } from '../../src/store/lease/reclaim-lock.ts';
import { stateDirectory } from '../kit/opened-store.ts';
import { until } from '../kit/until.ts';

/** A filesystem with little on it, so that what takes its space is found quickly. */
const HERE = '/dev/shm';
const FREED: ItemOutcome = { kind: 'freed', claimedBytes: 10, because: null };

/** The calls to the reclaimers, in order. */
function watched() {
  const calls: string[] = [];
  const reclaimer = (
    name: string,
    paths: readonly string[] = [HERE],
    apply: () => Promise<ItemOutcome> = async () => FREED,
  ): Reclaimer => ({
    kind: 'images',
    name,
    paths: async () => {
      calls.push(`${name}: paths`);
      return paths;
    },
    availableBytes: async () => null,
    plan: async () => ({ ...NOTHING, items: [{ id: 'one', what: 'one', bytes: 1, lastUsedWall: null, because: 'old' }] }),
    apply: () => {
      calls.push(`${name}: apply`);
      return apply();
    },
  });
  return { calls, reclaimer };
}

const action = (untilBytes: number, without: readonly string[] = []): HostAction & { kind: 'reclaim' } => ({
  kind: 'reclaim',
  id: 'host/1',
  device: String(statSync(HERE).dev),
  path: HERE,
  untilBytes,
  untilInodes: 0,
  without,
  because: 'it is full',
});
const NEVER_ENOUGH = Number.MAX_SAFE_INTEGER;

describe('freeing space on a filesystem', () => {
  test('proceeds one by one, and queries an engine only in its turn', async () => {
    const { calls, reclaimer } = watched();
    const all = [reclaimer('logs'), reclaimer('elsewhere', ['/proc']), reclaimer('rests'), reclaimer('images')];
    const outcome = await reclaimFor(action(NEVER_ENOUGH, ['rests']), stateDirectory(), all);
    expect(calls.filter((call) => call !== 'rests: paths')).toEqual([
      'logs: paths',
      'logs: apply',
      'elsewhere: paths',
      'images: paths',
      'images: apply',
    ]);
    const step = { removed: 1, claimedBytes: 10, measuredBytes: null, measuredInodes: null, problem: null };
    expect(outcome).toMatchObject({
      kind: 'reclaimed',
      steps: [
        { reclaimer: 'logs', ...step },
        { reclaimer: 'images', ...step },
      ],
      others: ['rests'],
      isEnough: false,
    });
  });

  test('if enough is free by now, nothing is queried', async () => {
    const { calls, reclaimer } = watched();
    const outcome = await reclaimFor(action(0), stateDirectory(), [reclaimer('logs'), reclaimer('images')]);
    expect(calls).toEqual([]);
    expect(outcome).toEqual({ kind: 'reclaimed', steps: [], others: ['logs', 'images'], isEnough: true, largest: [] });
  });
});

describe('before the first attempt of a run', () => {
  test('an engine that hangs halfway through a removal delays nobody; no other process frees space until it has ended', async () => {
    const where = stateDirectory();
    const { calls, reclaimer } = watched();
    const removal = Promise.withResolvers<ItemOutcome>();
    const hangs = reclaimer('images', [HERE], () => removal.promise);
    expect(await prereclaim(where, [hangs, reclaimer('others')], 20)).toContain('was not finished after');
    expect(await prereclaim(where, [reclaimer('others')], 20)).toContain('another process frees space');
    removal.resolve(FREED);
    await until('the right to free space is released', () => {
      const lock = lockReclaim(where, process.pid, () => false);
      if (lock.kind === 'ours') lock.release();
      return lock.kind === 'ours';
    });
    expect(calls).toEqual(['images: apply']);
  });

  test('what was removed is reported, or why nothing was', async () => {
    const { reclaimer } = watched();
    const absent: Reclaimer = { ...reclaimer('images'), plan: async () => ({ ...NOTHING, problem: 'Docker is not available' }) };
    expect(await prereclaim(stateDirectory(), [reclaimer('images')], 60_000)).toBe('1 stale image was removed before it (10 bytes)');
    expect(await prereclaim(stateDirectory(), [absent], 60_000)).toBe('no stale images were removed before it: Docker is not available');
    expect(await prereclaim(stateDirectory(), [absent], 60_000, () => true), 'not worth reporting').toBeNull();
  });
});
