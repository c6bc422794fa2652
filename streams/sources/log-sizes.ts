import {
  asyncScheduler,
  concatMap,
  exhaustMap,
  filter,
  from,
  merge,
  Observable,
  type ObservableInput,
  type SchedulerLike,
  Subject,
  tap,
} from 'rxjs';
import type { Run } from '../../src/core/run.ts';
import type { Fact } from '../../src/core/types.ts';
import { every } from '../operators/every.ts';
import { everyWhile } from '../operators/every-while.ts';

/** How often the logs that grew are looked at, and all others. */
const LOOK_EVERY_MS = 1000;
const ALL_EVERY_MS = 15_000;

export interface LogSizesDeps {
  /** Cuts the log of a run's living attempt if it is too large: what came of it, or null if it is not. Never throws. */
  cut(run: Run): ObservableInput<Fact | null>;
  /** Their disk is full: who can't write any more does not grow, and has to be looked at. */
  isFull(): boolean;
  readonly scheduler?: SchedulerLike;
}

/** Keeps the logs of living attempts from growing without end: one that was written to is looked at within a second. */
export const logSizes = (changed$: Observable<Run>, { cut, isFull, scheduler = asyncScheduler }: LogSizesDeps): Observable<Fact> =>
  new Observable((subscriber) => {
    const living = new Map<string, Run>();
    const grown = new Set<string>();
    const grew$ = new Subject<void>();
    const follow = (run: Run) => {
      const before = living.get(run.id);
      if (run.attempt?.alive !== true) {
        living.delete(run.id);
        grown.delete(run.id);
        return;
      }
      living.set(run.id, run);
      if (before?.attempt?.bytes === run.attempt.bytes) return;
      grown.add(run.id);
      if (grown.size === 1) grew$.next();
    };
    let areAllDue = false;
    const due = (): readonly Run[] => {
      const ids = areAllDue || isFull() ? [...living.keys()] : [...grown];
      areAllDue = false;
      grown.clear();
      return ids.flatMap((id) => living.get(id) ?? []);
    };
    const all$ = every(ALL_EVERY_MS, scheduler).pipe(tap(() => (areAllDue = true)));
    const some$ = everyWhile(() => grown.size > 0 || isFull(), LOOK_EVERY_MS, grew$, scheduler);
    const cuts$ = merge(all$, some$).pipe(
      exhaustMap(() => from(due()).pipe(concatMap(cut))),
      filter((fact) => fact !== null),
    );
    subscriber.add(cuts$.subscribe(subscriber));
    subscriber.add(changed$.subscribe({ next: follow, error: (error) => subscriber.error(error) }));
  });
