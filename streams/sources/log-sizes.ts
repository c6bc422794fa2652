import { asyncScheduler, concatMap, exhaustMap, filter, from, Observable, type ObservableInput, type SchedulerLike } from 'rxjs';
import type { Run } from '../../src/core/run.ts';
import type { Fact } from '../../src/core/types.ts';
import { every } from '../operators/every.ts';

/** How often the logs that grew are looked at, and after how many such looks all others are. */
const LOOK_EVERY_MS = 1000;
const LOOKS_PER_ROUND = 15;

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
    const follow = (run: Run) => {
      const before = living.get(run.id);
      if (run.attempt?.alive !== true) {
        living.delete(run.id);
        grown.delete(run.id);
        return;
      }
      if (before?.attempt?.bytes !== run.attempt.bytes) grown.add(run.id);
      living.set(run.id, run);
    };
    const due = (look: number): readonly Run[] => {
      const ids = (look + 1) % LOOKS_PER_ROUND === 0 || isFull() ? [...living.keys()] : [...grown];
      grown.clear();
      return ids.flatMap((id) => living.get(id) ?? []);
    };
    const cuts$ = every(LOOK_EVERY_MS, scheduler).pipe(
      exhaustMap((look) => from(due(look)).pipe(concatMap(cut))),
      filter((fact) => fact !== null),
    );
    subscriber.add(changed$.subscribe({ next: follow, error: (error) => subscriber.error(error) }));
    subscriber.add(cuts$.subscribe(subscriber));
  });
