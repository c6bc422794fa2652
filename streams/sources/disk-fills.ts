import { asyncScheduler, exhaustMap, mergeMap, type Observable, type ObservableInput, type SchedulerLike } from 'rxjs';
import type { Fact } from '../../src/core/types.ts';
import { every } from '../operators/every.ts';

const LOOK_EVERY_MS = 1000;

/** Looks for the run whose files fill a disk. `look` does nothing for as long as none is short of space, and never throws. */
export const diskFills = (look: () => ObservableInput<readonly Fact[]>, scheduler: SchedulerLike = asyncScheduler): Observable<Fact> =>
  every(LOOK_EVERY_MS, scheduler).pipe(
    exhaustMap(look),
    mergeMap((facts) => facts),
  );
