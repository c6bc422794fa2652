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
import type { Fact } from '../../src/core/model/facts.ts';
import { isOver, type Run } from '../../src/core/model/run.ts';
import { every } from '../operators/every.ts';
import { everyWhile } from '../operators/every-while.ts';

/** How often the logs that grew are checked, and all others. */
const LOOK_EVERY_MS = 1000;
const ALL_EVERY_MS = 15_000;

export interface LogSizesDeps {
  /**
   * Cuts the log of a run's attempt if it is too large. Returns what was done, or null if it is not
   * too large. Never throws.
   */
  cut(run: Run): ObservableInput<Fact | null>;
  /**
   * Whether their disk is full: an attempt that can't write any more does not grow, and must still
   * be checked.
   */
  isFull(): boolean;
  readonly scheduler?: SchedulerLike;
}

/**
 * Keeps the logs of living attempts from growing without end: one that was written to is checked
 * within a second. On a full disk, those of dead attempts count as well until their run is over,
 * and those of a run that filled its disk always do: what an attempt wrote until its last moment
 * would keep the others waiting.
 */
export const logSizes = (changed$: Observable<Run>, { cut, isFull, scheduler = asyncScheduler }: LogSizesDeps): Observable<Fact> =>
  new Observable((subscriber) => {
    const runs = new Map<string, Run>();
    const grown = new Set<string>();
    const grew$ = new Subject<void>();
    const follow = (run: Run) => {
      const before = runs.get(run.id)?.attempt;
      const { attempt } = run;
      if (attempt === null || (!attempt.alive && isOver(run))) runs.delete(run.id);
      else runs.set(run.id, run);
      if (!isLimited(run)) grown.delete(run.id);
      else if (before?.bytes !== attempt?.bytes || before?.alive !== attempt?.alive) {
        grown.add(run.id);
        if (grown.size === 1) grew$.next();
      }
    };
    let areAllDue = false;
    const due = (): readonly Run[] => {
      const ids = [...grown];
      grown.clear();
      const isRound = areAllDue;
      areAllDue = false;
      if (isFull()) return [...runs.values()];
      return isRound ? [...runs.values()].filter(isLimited) : ids.flatMap((id) => runs.get(id) ?? []);
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

/** Whether this run's log is limited in size, or has filled its disk before the agent was ended. */
const isLimited = ({ attempt, flooded }: Run): boolean => attempt?.alive === true || (attempt !== null && flooded != null);
