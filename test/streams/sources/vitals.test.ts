import { map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import { vitals } from '../../../streams/sources/vitals.ts';

const found = { cpuMs: 1, tool: null, wroteWall: null };

function run(
  id: string,
  activeMono: number,
  { idleMs = 900_000, alive = true, done = {} }: { idleMs?: number; alive?: boolean; done?: Partial<Run['spec']['done']> } = {},
): Run {
  const at = { wall: 0, mono: activeMono };
  return {
    id,
    spec: { policy: { idleMs }, done },
    attempt: { number: 1, alive, startedAt: { wall: 0, mono: 0 }, lastActivity: at, turnOver: null, trouble: null },
  } as unknown as Run;
}

/** Which runs are sampled when, in seconds, in the first minute. */
function looks(changes: Record<string, Run>, diagram: string, blind: readonly string[] = []): [number, string][] {
  const scheduler = new TestScheduler(() => {});
  const seen: [number, string][] = [];
  scheduler.run(({ hot }) => {
    const now = () => ({ wall: 0, mono: scheduler.now() });
    const look = (runs: readonly Run[]) => new Map(runs.filter(({ id }) => !blind.includes(id)).map(({ id }) => [id, found]));
    vitals(hot(diagram, changes), { now, look, catchUp: () => [], scheduler })
      .pipe(map((fact) => seen.push([scheduler.now() / 1000, fact.run])))
      .subscribe();
    scheduler.schedule(() => {}, 60_000);
    scheduler.maxFrames = 60_000;
    scheduler.flush();
  });
  return seen;
}

test('a silent attempt is sampled every 15 s', () => {
  expect(looks({ a: run('a', 0) }, 'a')).toEqual([
    [15, 'a'],
    [30, 'a'],
    [45, 'a'],
    [60, 'a'],
  ]);
});

test('an attempt with a short patience is sampled four times within it', () => {
  expect(looks({ a: run('a', 0, { idleMs: 80_000 }) }, 'a').map(([at]) => at)).toEqual([15, 30, 45, 60]);
  expect(looks({ a: run('a', 0, { idleMs: 40_000 }) }, 'a').map(([at]) => at)).toEqual([10, 20, 30, 40, 50, 60]);
});

test('activity postpones the look', () => {
  expect(looks({ a: run('a', 0), b: run('a', 10_000) }, 'a 9999ms b')).toEqual([
    [25, 'a'],
    [40, 'a'],
    [55, 'a'],
  ]);
});

test('one look serves all attempts that are due soon', () => {
  expect(looks({ a: run('a', 0), b: run('b', 5000), c: run('c', 9000) }, '(abc)').slice(0, 6)).toEqual([
    [15, 'a'],
    [15, 'b'],
    [25, 'a'],
    [25, 'b'],
    [25, 'c'],
    [40, 'a'],
  ]);
});

test('a dead attempt is not sampled, and one without processes is not reported', () => {
  expect(looks({ a: run('a', 0), b: run('a', 0, { alive: false }) }, 'a 15500ms b')).toEqual([[15, 'a']]);
  expect(looks({ a: run('a', 0), b: run('b', 0) }, '(ab)', ['a']).every(([, id]) => id === 'b')).toBe(true);
});

test('what the log still says comes before the look', () => {
  const scheduler = new TestScheduler(() => {});
  const seen: string[] = [];
  scheduler.run(({ hot }) => {
    const now = () => ({ wall: 0, mono: scheduler.now() });
    const catchUp = ({ id }: Run) => [{ kind: 'tick' as const, run: id }];
    vitals(hot('a', { a: run('a', 0) }), { now, look: () => new Map([['a', found]]), catchUp, scheduler }).subscribe(({ kind }) =>
      seen.push(kind),
    );
    scheduler.schedule(() => {}, 16_000);
    scheduler.maxFrames = 16_000;
    scheduler.flush();
  });
  expect(seen).toEqual(['tick', 'process.sampled']);
});

test('an attempt with a patience of seconds gets its own looks, a second apart', () => {
  expect(looks({ a: run('a', 0, { idleMs: 3000 }) }, 'a').slice(0, 6)).toEqual([0.75, 1.75, 2.75, 3.75, 4.75, 5.75].map((at) => [at, 'a']));
});

test('if an agent among its processes would matter, it is sampled soon, busy or not, and then less and less often', () => {
  const busy = run('a', 60_000, { done: { exit: true, exitByDefault: true } });
  expect(looks({ a: busy }, 'a').map(([at]) => at)).toEqual([1, 2, 3, 4, 5, 6.25, 7.813, 10, 12.5, 15.625, 20, 25, 31.25, 40, 50]);
  const known = { ...busy, attempt: { ...busy.attempt, agentSeen: 'claude' } } as Run;
  expect(looks({ a: known }, 'a')).toEqual([]);
});
