import { asyncScheduler, distinctUntilChanged, EMPTY, map, type Observable, type SchedulerLike, startWith, switchMap, timer } from 'rxjs';

/**
 * Emits once a condition has held for this long; it is checked at the start and after each change.
 */
export const idle = (
  isSo: () => boolean,
  changes$: Observable<unknown>,
  forMs: number,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<void> =>
  changes$.pipe(
    startWith(null),
    map(isSo),
    distinctUntilChanged(),
    switchMap((so) => (so ? timer(forMs, scheduler) : EMPTY)),
    map(() => undefined),
  );
