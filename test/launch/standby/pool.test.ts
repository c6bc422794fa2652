import { expect, test } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import { type Pooled, StandbyPool } from '../../../src/launch/standby/pool.ts';
import * as moments from '../../kit/core/moments.ts';
import { working } from '../../kit/core/world.ts';

class Fake implements Pooled {
  isAlive = true;
  isDiscarded = false;
  readonly run: string;
  readonly attempt: number;
  constructor(run: string, attempt: number) {
    this.run = run;
    this.attempt = attempt;
  }
  discard(): void {
    this.isDiscarded = true;
  }
}

/** A pool with a clock that is moved by hand. */
function pooled(most = 64) {
  let now = 0;
  let calls: { readonly at: number; readonly call: () => void }[] = [];
  const made: Fake[] = [];
  let canMake = true;
  let makes = 0;
  let hold: Promise<void> | null = null;
  const pool = new StandbyPool<Fake>({
    most,
    make: async ({ id }, attempt) => {
      makes += 1;
      await hold;
      if (!canMake) return null;
      const one = new Fake(id, attempt);
      made.push(one);
      return one;
    },
    nowMono: () => now,
    later: (ms, call) => {
      const one = { at: now + ms, call };
      calls.push(one);
      return () => {
        calls = calls.filter((other) => other !== one);
      };
    },
  });
  const pass = async (ms: number) => {
    for (const end = now + ms; now < end; ) {
      now += 1;
      const due = calls.filter(({ at }) => at <= now);
      calls = calls.filter(({ at }) => at > now);
      for (const { call } of due) call();
      for (let turns = 0; turns < 10; turns++) await Promise.resolve();
    }
  };
  const living = () => made.filter(({ isDiscarded }) => !isDiscarded).map(({ run, attempt }) => `${run}/${attempt}`);
  return {
    pool,
    made,
    pass,
    living,
    timers: () => calls.length,
    makes: () => makes,
    fail: (fails: boolean) => {
      canMake = !fails;
    },
    holdUp: () => {
      let release = () => {};
      hold = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        hold = null;
        release();
      };
    },
  };
}

const { run: base } = working();
const one = (id: string, startedMono = 0, patch: Partial<Run> = {}): Run =>
  ({ ...base, id, attempt: { ...base.attempt, startedAt: { wall: 0, mono: startedMono } }, ...patch }) as Run;
const dead = (id: string): Run => one(id, 0, { state: 'waiting', attempt: { ...base.attempt, alive: false } as Run['attempt'] });

test('a working run gets one after a moment, for its next attempt, and no timer is left', async () => {
  const { pool, pass, living, timers } = pooled();
  pool.follow(one('a'));
  await pass(100);
  expect(living()).toEqual([]);
  await pass(100);
  expect([living(), timers()]).toEqual([['a/2'], 0]);
  pool.follow(one('a'));
  await pass(1000);
  expect(living()).toEqual(['a/2']);
});

test('it is taken once, by the attempt that it was made for', async () => {
  const { pool, pass, made } = pooled();
  pool.follow(one('a'));
  await pass(300);
  expect(pool.take('a', 2)).toBe(made[0]);
  expect(pool.take('a', 2)).toBeNull();
  pool.follow(one('b'));
  await pass(300);
  expect(pool.take('b', 3)).toBeNull();
  expect(made.map(({ isDiscarded }) => isDiscarded)).toEqual([false, true]);
});

test.each<[string, Run]>([
  ['the run is stopped', one('a', 0, { stopping: { because: '', at: { wall: 0, mono: 0 } } })],
  ['it is paused', one('a', 0, { paused: { because: '', at: { wall: 0, mono: 0 } } })],
  ['it is done', one('a', 0, { proof: 'it said so' })],
  ['it is over', one('a', 0, { state: 'complete' })],
  ['it is handed off', one('a', 0, { state: 'handed-off' })],
  ['a person is asked', one('a', 0, { state: 'escalated' })],
  ['it is held', one('a', 0, { state: 'held' })],
  ['nothing may act on this machine', one('a', 0, { hostEnabled: false })],
  ['nothing may act on this run', one('a', 0, { spec: { ...base.spec, policy: { ...base.spec.policy, enabled: false } } })],
  ['it waits for long', one('a', 0, { state: 'waiting', due: { at: { wall: 0, mono: 3_600_000 }, because: '' } })],
])('it is discarded when %s, and none is made', async (_, run) => {
  const { pool, pass, living } = pooled();
  pool.follow(one('a'));
  await pass(300);
  expect(living()).toEqual(['a/2']);
  pool.follow(run);
  expect(living()).toEqual([]);
  await pass(1000);
  expect(living()).toEqual([]);
});

test('changed settings and another number make a new one', async () => {
  const { pool, pass, living } = pooled();
  pool.follow(one('a'));
  await pass(300);
  pool.follow(one('a', 0, { spec: { ...base.spec } }));
  expect(living()).toEqual([]);
  await pass(300);
  expect(living()).toEqual(['a/2']);
  pool.follow(one('a', 0, { tried: 4 }));
  await pass(300);
  expect(living()).toEqual(['a/5']);
});

test('a change while it is made discards it', async () => {
  const { pool, pass, living, made, holdUp } = pooled();
  const release = holdUp();
  pool.follow(one('a'));
  await pass(300);
  pool.follow(one('a', 0, { paused: { because: '', at: { wall: 0, mono: 0 } } }));
  release();
  await pass(300);
  expect([made.length, living()]).toEqual([1, []]);
});

test('it outlives the attempt, but not for long', async () => {
  const { pool, pass, living } = pooled();
  pool.follow(one('a'));
  await pass(300);
  pool.follow(dead('a'));
  await pass(50_000);
  expect(living()).toEqual(['a/2']);
  await pass(15_000);
  expect(living()).toEqual([]);
});

test('none is made for a dead attempt', async () => {
  const { pool, pass, makes } = pooled();
  pool.follow(dead('a'));
  await pass(1000);
  expect(makes()).toBe(0);
});

test('those whose attempts began last have them, and never more than the most', async () => {
  const { pool, pass, living } = pooled(2);
  for (const [id, startedMono] of [
    ['a', 10],
    ['b', 30],
    ['c', 20],
  ] as const)
    pool.follow(one(id, startedMono));
  await pass(1000);
  expect(living().sort()).toEqual(['b/2', 'c/2']);
  pool.follow(one('d', 40));
  await pass(1000);
  expect(living().sort()).toEqual(['b/2', 'd/2']);
  pool.follow(one('d', 40, { state: 'stopped' }));
  await pass(1000);
  expect(living().sort()).toEqual(['b/2', 'c/2']);
});

test('with 0 there are none', async () => {
  const { pool, pass, makes, timers } = pooled(0);
  pool.follow(one('a'));
  await pass(1000);
  expect([makes(), timers()]).toEqual([0, 0]);
});

test('one at a time, and none while decisions follow each other', async () => {
  const { pool, pass, makes, holdUp } = pooled();
  const release = holdUp();
  for (const id of ['a', 'b', 'c']) pool.follow(one(id));
  await pass(500);
  expect(makes()).toBe(1);
  release();
  await pass(500);
  expect(makes()).toBe(3);
  for (let turn = 0; turn < 20; turn++) {
    pool.follow(one('d'));
    await pass(20);
  }
  expect(makes()).toBe(3);
  await pass(200);
  expect(makes()).toBe(4);
});

test('one that cannot be made is tried again much later', async () => {
  const { pool, pass, makes, fail, living } = pooled();
  fail(true);
  pool.follow(one('a'));
  await pass(300);
  pool.follow(one('a'));
  await pass(10_000);
  expect(makes()).toBe(1);
  fail(false);
  pool.follow(one('a'));
  await pass(60_000);
  expect(living()).toEqual(['a/2']);
});

test('all are discarded at the end, also one that is being made', async () => {
  const { pool, pass, living, holdUp } = pooled();
  pool.follow(one('a'));
  await pass(300);
  const release = holdUp();
  pool.follow(one('b'));
  await pass(300);
  pool.close();
  release();
  await pass(300);
  expect(living()).toEqual([]);
  pool.follow(one('c'));
  await pass(300);
  expect(living()).toEqual([]);
});

test('a run that is handed off has none', async () => {
  const { pool, pass, makes } = pooled();
  pool.follow(moments.handedOff().run);
  await pass(1000);
  expect(makes()).toBe(0);
});
