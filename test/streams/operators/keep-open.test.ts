import { NEVER } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { reopened } from '../../../streams/operators/keep-open.ts';

type Run = Parameters<TestScheduler['run']>[0];

const onVirtualTime = (story: (helpers: Parameters<Run>[0], reports: string[], scheduler: TestScheduler) => void): string[] => {
  const reports: string[] = [];
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => story(helpers, reports, scheduler));
  return reports;
};

describe('a source that is reopened', () => {
  test('is opened again after it failed', () => {
    const reports = onVirtualTime(({ cold, expectObservable }, problems, scheduler) => {
      const source$ = cold('a-b-#', undefined, new Error('inotify is exhausted'));
      const kept$ = source$.pipe(reopened('log lines', (problem) => problems.push(problem), 10, scheduler));
      expectObservable(kept$, '-------------------!').toBe('a-b 11ms a-b');
    });
    expect(reports).toEqual([
      'the source "log lines" stopped (inotify is exhausted) and is opened again',
      'the source "log lines" stopped (inotify is exhausted) and is opened again',
    ]);
  });

  test('is opened again after it completed: a source that falls silent is an error', () => {
    const reports = onVirtualTime(({ cold, expectObservable }, problems, scheduler) => {
      const kept$ = cold('a|').pipe(reopened('ticks', (problem) => problems.push(problem), 5, scheduler));
      expectObservable(kept$, '--------!').toBe('a-----a');
    });
    expect(reports[0]).toContain('it ended');
  });

  test('is left alone while it is silent', () => {
    const reports = onVirtualTime(({ expectObservable }, problems, scheduler) => {
      expectObservable(NEVER.pipe(reopened('never', (problem) => problems.push(problem), 5, scheduler)), '100ms !').toBe('-');
    });
    expect(reports).toEqual([]);
  });

  test('is closed once nobody is subscribed, even while it waits', () => {
    onVirtualTime(({ cold, expectObservable, expectSubscriptions }, problems, scheduler) => {
      const source$ = cold('a-#');
      const kept$ = source$.pipe(reopened('x', (problem) => problems.push(problem), 10, scheduler));
      expectObservable(kept$, '-----!').toBe('a');
      expectSubscriptions(source$.subscriptions).toBe(['^-!']);
    });
  });
});
