import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import type { Recovery } from '../../../src/core/model/recovery.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { recoveries } from '../../../streams/sources/recovery-exits.ts';

const run = (id: string, recovery: Partial<Recovery> | null): Run =>
  ({ id, recovery: recovery && { number: 1, phase: 'at-work', over: null, shim: { pid: 7 }, ...recovery } }) as unknown as Run;

/** What is reported within a second, if the processes die after `diesAtMs`. */
function reported(changes: Record<string, Run>, diagram: string, diesAtMs: number): string[] {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  const facts: string[] = [];
  scheduler.run(({ hot, flush }) => {
    recoveries(hot(diagram, changes), { isAlive: () => scheduler.now() < diesAtMs, scheduler }).subscribe((fact) => {
      if (fact.kind === 'recovery.exited') facts.push(`${scheduler.now()} ${fact.run} ${fact.recovery}`);
    });
    scheduler.maxFrames = 1000;
    flush();
  });
  return facts;
}

test('the death of a recovery agent is reported until the run has recorded it', () => {
  expect(reported({ a: run('a', {}), b: run('a', { over: 'it ended' }) }, 'a 799ms b', 300)).toEqual(['500 a 1', '750 a 1']);
});

test.each<[string, Partial<Recovery> | null]>([
  ['that has not started', { phase: 'wanted', shim: null }],
  ['that is being ended', { over: 'the operator asked to stop' }],
  ['that has ended', { phase: 'over' }],
  ['that handed the run back', { phase: 'trial' }],
  ['that never existed', null],
])('nothing is reported of a recovery agent %s', (_, recovery) => {
  expect(reported({ a: run('a', recovery) }, 'a', 0)).toEqual([]);
});
