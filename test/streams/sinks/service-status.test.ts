import { of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { type ServiceNoticesDeps, serviceNotices } from '../../../streams/sinks/service-status.ts';

/**
 * What was sent, and at which ms, while these values arrived; an upper-case letter is a new status.
 */
function sent(marbles: string, tell: (count: number) => ReturnType<ServiceNoticesDeps['tell']> = () => of(null)) {
  const scheduler = new TestScheduler(() => {});
  const said: [number, ...string[]][] = [];
  const reports: string[] = [];
  let status = 'idle';
  scheduler.run(({ hot }) => {
    const through$ = hot(marbles);
    through$.subscribe((value) => {
      if (value !== value.toLowerCase()) status = value;
    });
    serviceNotices(through$, {
      aliveEveryMs: 20_000,
      tell: (lines) => {
        said.push([scheduler.now(), ...lines]);
        return tell(said.length);
      },
      status: () => status,
      report: (problem) => reports.push(problem),
      scheduler,
    }).subscribe();
    scheduler.flush();
  });
  return { said, reports };
}

test('sends ready with the first value, alive with those that follow, and nothing without values', () => {
  expect(sent('a 14999ms b 14999ms c 90s d').said).toEqual([
    [0, 'READY=1', 'WATCHDOG=1', 'STATUS=idle'],
    [30_000, 'WATCHDOG=1', 'STATUS=idle'],
    [120_001, 'WATCHDOG=1', 'STATUS=idle'],
  ]);
});

test('sends a new status within a second, and only the last of several', () => {
  expect(sent('a 99ms B 99ms C').said).toEqual([
    [0, 'READY=1', 'WATCHDOG=1', 'STATUS=idle'],
    [1000, 'WATCHDOG=1', 'STATUS=C'],
  ]);
});

test.each([
  ['says that it failed', () => of('no such socket'), 'no such socket'],
  ['throws', () => throwError(() => new Error('a bug')), 'a bug'],
])('a manager that could not be notified, and %s, is notified again that we are ready', (_, fail, problem) => {
  const { said, reports } = sent('a 1999ms b', (count) => (count === 1 ? fail() : of(null)));
  expect(said.map(([at, first]) => [at, first])).toEqual([
    [0, 'READY=1'],
    [2000, 'READY=1'],
  ]);
  expect(reports).toEqual([`the service manager could not be notified: ${problem}`]);
});
