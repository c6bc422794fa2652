import {
  asyncScheduler,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  startWith,
  switchMap,
} from 'rxjs';
import { every, IDLE_MS } from './every.ts';

/**
 * Emits every `ms` while it is wanted, which is checked after each change and on the idle beat:
 * what is not wanted wakes nothing.
 */
export const everyWhile = (
  isWanted: () => boolean,
  ms: number,
  changes$: Observable<unknown>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<number> =>
  merge(changes$, every(IDLE_MS, scheduler)).pipe(
    startWith(null),
    map(isWanted),
    distinctUntilChanged(),
    switchMap((wanted) => (wanted ? every(ms, scheduler).pipe(filter(isWanted)) : EMPTY)),
  );
