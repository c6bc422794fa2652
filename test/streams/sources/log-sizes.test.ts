import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import { logSizes } from '../../../streams/sources/log-sizes.ts';

const run = (id: string, bytes: number, alive = true): Run => ({ id, attempt: { number: 1, alive, bytes } }) as unknown as Run;

/** Which log is checked when, in seconds. */
function looks(changes: Record<string, Run>, diagram: string, untilMs: number, isFull = false): [number, string][] {
  const scheduler = new TestScheduler(() => {});
  const seen: [number, string][] = [];
  scheduler.run(({ hot }) => {
    const cut = ({ id }: Run) => {
      seen.push([scheduler.now() / 1000, id]);
      return [null];
    };
    logSizes(hot(diagram, changes), { cut, isFull: () => isFull, scheduler }).subscribe();
    scheduler.schedule(() => {}, untilMs);
    scheduler.maxFrames = untilMs;
    scheduler.flush();
  });
  return seen;
}

test('a log that grew is checked within a second, any other less often', () => {
  const changes = { a: run('quick', 1), b: run('quick', 2), c: run('still', 0) };
  expect(looks(changes, '(ac) 2496ms b', 16_000)).toEqual([
    [1, 'quick'],
    [1, 'still'],
    [3, 'quick'],
    [15, 'quick'],
    [15, 'still'],
  ]);
});

test('the log of a dead attempt is left alone', () => {
  expect(looks({ a: run('dead', 1), b: run('dead', 2, false) }, '(ab)', 16_000)).toEqual([]);
});

test('on a full disk all are checked every second: a log that cannot be written to does not grow', () => {
  expect(looks({ a: run('still', 1) }, 'a', 3000, true)).toEqual([
    [1, 'still'],
    [2, 'still'],
    [3, 'still'],
  ]);
});

test('on a full disk the log of a dead attempt is checked, too, until its run has ended', () => {
  const [dead, over] = [run('dead', 2, false), { ...run('dead', 2, false), state: 'stopped' } as Run];
  expect(looks({ a: run('dead', 1), b: dead, c: over }, 'a 1499ms b 999ms c', 5000, true)).toEqual([
    [1, 'dead'],
    [2, 'dead'],
  ]);
});

test('a log that filled its disk is checked again when its attempt is dead, and periodically', () => {
  const flooded = (alive: boolean) => ({ ...run('flood', 2, alive), flooded: 'it took all' }) as Run;
  expect(looks({ a: flooded(true), b: flooded(false) }, 'a 1499ms b', 16_000)).toEqual([
    [1, 'flood'],
    [2, 'flood'],
    [15, 'flood'],
  ]);
});
