import { throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { deadMansSwitch } from '../../../streams/sinks/heartbeat.ts';

/** At which ms it was pinged while this came through, and what was reported. */
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

test('it pings with what comes through, once in a while, and not when nothing does', () => {
  expect(pings('a-b-c 120ms d 400ms e', (cold) => cold('(n|)'))).toEqual({ at: [0, 125, 526], reports: [] });
});

test('a ping that hangs is not joined by another', () => {
  expect(pings('a 149ms b 149ms c', (cold) => cold('200ms (n|)')).at).toEqual([0, 300]);
});

test.each([
  ['says that it failed', (cold: (diagram: string) => unknown) => cold('(p|)'), 'it answered 500'],
  ['throws', () => throwError(() => new Error('a bug')), 'a bug'],
])('one that %s is reported, and it goes on', (_, answer, problem) => {
  const { at, reports } = pings('a 149ms b', answer);
  expect([at, reports]).toEqual([[0, 150], Array(2).fill(`the heartbeat could not be sent: ${problem}`)]);
});
