import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { beat } from '../../../src/store/lease/heartbeat.ts';
import { type LeaseDeps, releaseLease, takeLease } from '../../../src/store/lease/lease.ts';
import { openReader } from '../../../src/store/reader.ts';
import { leaseDeps, leased, ME, stateDirectory } from '../../kit/opened-store.ts';

const HOLDER = { bootId: 'boot-1', pid: 77, startTicks: 770 };
const TIMEOUT_MS = 60_000;
/** Moments after the holder took its lease at 0. */
const at = (mono: number): Partial<LeaseDeps> => {
  let now = mono;
  return {
    now: () => ({ wall: now, mono: now }),
    pause: async (ms) => {
      now += ms;
    },
  };
};
const beats =
  (mono: number, bootId = 'boot-1') =>
  (where: Layout) =>
    void beat(where, { bootId, mono });

const cases: [string, 'taken' | 'held', (where: Layout) => void, Partial<LeaseDeps>, killed: boolean][] = [
  ['a living holder keeps it', 'held', beats(99_000), at(100_000), false],
  ['a dead holder loses it', 'taken', beats(99_000), { ...at(100_000), isAlive: () => false }, false],
  ['a silent holder is killed first', 'taken', beats(30_000), { ...at(100_000), kill: async () => true }, true],
  ['a silent holder that cannot be killed keeps it', 'held', beats(30_000), { ...at(100_000), kill: async () => false }, true],
  ['a heartbeat of another boot does not count', 'taken', beats(99_000, 'boot-0'), { ...at(100_000), kill: async () => true }, true],
];

describe('the lease', () => {
  test.for(cases)('%s', async ([, kind, prepare, changes, isKilled]) => {
    const where = stateDirectory();
    await leased(where, HOLDER, leaseDeps(at(0)));
    prepare(where);
    const killed: unknown[] = [];
    const deps = leaseDeps(changes);
    const kill: LeaseDeps['kill'] = (identity) => {
      killed.push(identity.pid);
      return deps.kill(identity);
    };
    expect(await takeLease(where, ME, TIMEOUT_MS, { ...deps, kill })).toMatchObject(
      kind === 'taken' ? { kind, lease: { fence: 2 } } : { kind, by: HOLDER },
    );
    expect(killed).toEqual(isKilled ? [77] : []);
    const reader = openReader(where);
    expect(reader.lease()).toMatchObject(kind === 'taken' ? ME : HOLDER);
    reader.close();
  });

  test('a holder that beats again before the second look is left alone', async () => {
    const where = stateDirectory();
    await leased(where, HOLDER, leaseDeps(at(0)));
    writeFileSync(where.heartbeat, 'torn');
    const deps = leaseDeps({ ...at(100_000), kill: () => expect.unreachable() });
    const pause: LeaseDeps['pause'] = async (ms) => {
      await deps.pause(ms);
      beats(deps.now().mono)(where);
    };
    expect(await takeLease(where, ME, TIMEOUT_MS, { ...deps, pause })).toMatchObject({ kind: 'held', silentMs: 0 });
  });

  test('a holder that dies between the looks loses it, however fresh its last sign of life', async () => {
    const where = stateDirectory();
    await leased(where, HOLDER, leaseDeps(at(0)));
    let isDead = false;
    const deps = leaseDeps({ ...at(100_000), isAlive: () => !isDead, kill: async () => isDead });
    const pause: LeaseDeps['pause'] = async (ms) => {
      await deps.pause(ms);
      beats(deps.now().mono)(where);
      isDead = true;
    };
    expect(await takeLease(where, ME, TIMEOUT_MS, { ...deps, pause })).toMatchObject({ kind: 'taken', lease: { fence: 2 } });
  });

  test('a holder that has just taken it needs no heartbeat', async () => {
    const where = stateDirectory();
    await leased(where, HOLDER, leaseDeps(at(1_000_000)));
    rmSync(where.heartbeat);
    const deps = leaseDeps({ ...at(1_000_000 + TIMEOUT_MS - 1), kill: () => expect.unreachable() });
    expect(await takeLease(where, ME, TIMEOUT_MS, deps)).toMatchObject({ kind: 'held', silentMs: TIMEOUT_MS - 1 });
  });

  test('a holder of another boot is dead, whichever process has its pid now', async () => {
    const where = stateDirectory();
    await leased(where, { ...HOLDER, bootId: 'boot-0' }, leaseDeps(at(0)));
    expect(await takeLease(where, ME, TIMEOUT_MS, leaseDeps())).toMatchObject({ kind: 'taken', lease: { fence: 2 } });
  });

  test('is given back once, and its number is never reused', async () => {
    const where = stateDirectory();
    const first = await leased(where);
    releaseLease(where, first, () => false);
    const second = await leased(where, HOLDER, leaseDeps());
    expect([first.fence, second.fence]).toEqual([1, 2]);
    releaseLease(where, first, () => false);
    const reader = openReader(where);
    expect(reader.lease()).toEqual(second);
    reader.close();
  });

  test('goes to one of two processes that saw the same holder die', async () => {
    const where = stateDirectory();
    await leased(where, HOLDER, leaseDeps(at(0)));
    let quicker: unknown;
    const isAlive = (identity: { pid: number }) => identity.pid !== HOLDER.pid;
    const slow = leaseDeps({ isAlive: () => expect.unreachable() });
    const answer = await takeLease(where, ME, TIMEOUT_MS, {
      ...slow,
      isAlive: (identity) => {
        if (quicker === undefined) quicker = takeLease(where, { ...ME, pid: 202 }, TIMEOUT_MS, leaseDeps({ isAlive }));
        return isAlive(identity);
      },
    });
    expect(await quicker).toMatchObject({ kind: 'taken', lease: { pid: 202, fence: 2 } });
    expect(answer).toMatchObject({ kind: 'held', by: { pid: 202, fence: 2 } });
  });
});
