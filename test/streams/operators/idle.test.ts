import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { idle } from '../../../streams/operators/idle.ts';

const onVirtualTime = (story: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0], scheduler: TestScheduler) => void): void => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => story(helpers, scheduler));
};

test('emits once the condition has held long enough since it last did not', () => {
  onVirtualTime(({ hot, expectObservable }, scheduler) => {
    const changes$ = hot('---b-a-a');
    const isSo = () => scheduler.now() !== 3;
    // It holds at first, not at 3, and again from 5 on.
    expectObservable(idle(isSo, changes$, 4, scheduler), '20ms !').toBe('---------a', { a: undefined });
  });
});

test('never emits for a condition that fails now and then', () => {
  onVirtualTime(({ hot, expectObservable }, scheduler) => {
    const changes$ = hot('-b-a-b-a-b-a-b-a-b-a-b-a-b-a');
    const isSo = () => scheduler.now() % 4 !== 1;
    expectObservable(idle(isSo, changes$, 3, scheduler), '27ms !').toBe('-');
  });
});
