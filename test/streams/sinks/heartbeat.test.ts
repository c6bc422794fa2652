import { throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { deadMansSwitch } from '../../../streams/sinks/heartbeat.ts';

/** At which ms it pinged while these values arrived, and what it reported. */
function pings(
  marbles: string,
  answer: (cold: (diagram: string) => ReturnType<Parameters<Parameters<TestScheduler['run']>[0]>[0]['cold']>) => unknown,
) {
  const scheduler = new TestScheduler(() => {});
  const at: number[] = [];
  const reports: string[] = [];
  scheduler.run(({ hot, cold }) => {
    const ping = () => {
      at.push(scheduler.now());
      return answer((diagram) => cold(diagram, { n: null, p: 'it answered 500' })) as ReturnType<typeof cold>;
    };
    deadMansSwitch(hot(marbles), ping as never, 100, (problem) => reports.push(problem), scheduler).subscribe();
    scheduler.flush();
  });
  return { at, reports };
}

test('it pings while values arrive, once per period, and not otherwise', () => {
  expect(pings('a-b-c 120ms d 400ms e', (cold) => cold('(n|)'))).toEqual({ at: [0, 125, 526], reports: [] });
});

test('while a ping hangs, no other is sent', () => {
  expect(pings('a 149ms b 149ms c', (cold) => cold('200ms (n|)')).at).toEqual([0, 300]);
});

test.each([
  ['says that it failed', (cold: (diagram: string) => unknown) => cold('(p|)'), 'it answered 500'],
  ['throws', () => throwError(() => new Error('a bug')), 'a bug'],
])('a ping that %s is reported, and pinging continues', (_, answer, problem) => {
  const { at, reports } = pings('a 149ms b', answer);
  expect([at, reports]).toEqual([[0, 150], Array(2).fill(`the heartbeat could not be sent: ${problem}`)]);
});
