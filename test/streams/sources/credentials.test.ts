import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import type { Fact } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { credentials } from '../../../streams/sources/credentials.ts';

const run = (id: string, kind: 'auth' | 'limit' | null, state = 'held'): Run =>
  ({ id, state, holds: kind === null ? [] : [{ kind, untilWall: null, because: '' }], pending: null, attempt: null }) as unknown as Run;

/** What is reported about the credentials, in seconds; their state changes at the given seconds. */
function seen(changes: Record<string, Run>, diagram: string, states: Readonly<Record<number, string>>): [number, string, string][] {
  const scheduler = new TestScheduler(() => {});
  const facts: [number, string, string][] = [];
  scheduler.run(({ hot }) => {
    const fingerprint = () => Object.entries(states).findLast(([since]) => Number(since) * 1000 <= scheduler.now())?.[1] ?? '';
    credentials(hot(diagram, changes), { fingerprint, scheduler }).subscribe((fact: Fact) => {
      if (fact.kind === 'credentials.seen') facts.push([scheduler.now() / 1000, fact.run, fact.fingerprint]);
    });
    scheduler.schedule(() => {}, 20_000);
    scheduler.maxFrames = 20_000;
    scheduler.flush();
  });
  return facts;
}

test('refused credentials are reported once, and when they have changed', () => {
  expect(seen({ a: run('a', 'auth') }, 'a', { 0: 'old', 7: 'new' })).toEqual([
    [2, 'a', 'old'],
    [8, 'a', 'new'],
  ]);
});

test('a run that is not held because of them is not checked, and a released one no longer is', () => {
  const changes = { a: run('a', 'auth'), b: run('b', 'limit'), c: run('a', null, 'starting'), d: run('d', 'auth', 'stopped') };
  expect(seen(changes, '(abd) 5s c', { 0: 'old', 7: 'new' })).toEqual([[2, 'a', 'old']]);
});

test('a run that is held again is checked anew', () => {
  const changes = { a: run('a', 'auth'), b: run('a', null, 'starting') };
  expect(seen(changes, 'a 3s b 3s a', { 0: 'same' })).toEqual([
    [2, 'a', 'same'],
    [8.002, 'a', 'same'],
  ]);
});
