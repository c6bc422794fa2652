import { asyncScheduler, type MonoTypeOperatorFunction, Observable, type SchedulerLike, type Subscription } from 'rxjs';

/**
 * Emits the first value at once, and the last of those that follow within `ms` after that time. A
 * rare value sets no timer.
 */
export const atMostEvery =
  <T>(ms: number, scheduler: SchedulerLike = asyncScheduler): MonoTypeOperatorFunction<T> =>
  (values$) =>
    new Observable((subscriber) => {
      let emittedAt = Number.NEGATIVE_INFINITY;
      let latest: T;
      let waiting: Subscription | null = null;
      const emit = () => {
        waiting = null;
        emittedAt = scheduler.now();
        subscriber.next(latest);
      };
      subscriber.add(() => waiting?.unsubscribe());
      subscriber.add(
        values$.subscribe({
          next: (value) => {
            latest = value;
            if (waiting !== null) return;
            const inMs = emittedAt + ms - scheduler.now();
            if (inMs <= 0) emit();
            else waiting = scheduler.schedule(emit, Math.min(ms, inMs));
          },
          error: (error) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      );
    });
