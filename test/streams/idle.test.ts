import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { idle } from '../../streams/operators/idle.ts';
import { ticks } from '../../streams/sources/ticks.ts';

const onVirtualTime = (story: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0], scheduler: TestScheduler) => void): void => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => story(helpers, scheduler));
};

test('idle is what was so at every look for long enough', () => {
  onVirtualTime(({ expectObservable }, scheduler) => {
    const busyAt = [3];
    const idle$ = idle(() => !busyAt.includes(scheduler.now()), 1, 3, scheduler);
    // Looks at 1, 2, 3 (busy), 4, 5, 6: then it was so for 3 looks.
    expectObservable(idle$, '-------!').toBe('------a', { a: undefined });
  });
});

test('nothing is idle that is busy now and then', () => {
  onVirtualTime(({ expectObservable }, scheduler) => {
    expectObservable(
      idle(() => scheduler.now() % 3 !== 0, 1, 3, scheduler),
      '100ms !',
    ).toBe('-');
  });
});

test('a tick goes to each run that is due, and to no other', () => {
  onVirtualTime(({ expectObservable }, scheduler) => {
    const due = () => (scheduler.now() === 20 ? ['a.1', 'b.1'] : []);
    expectObservable(ticks(due, 10, scheduler), '35ms !').toBe('20ms (ab)', {
      a: { kind: 'tick', run: 'a.1' },
      b: { kind: 'tick', run: 'b.1' },
    });
  });
});
