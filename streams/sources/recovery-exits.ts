import { asyncScheduler, interval, mergeMap, Observable, type SchedulerLike, type Subscription } from 'rxjs';
import type { Fact, ProcessIdentity } from '../../src/core/model/facts.ts';
import type { Run } from '../../src/core/model/run.ts';
import { isRecovering } from '../../src/core/recovery/lifecycle.ts';

/**
 * A look costs microseconds, and a recovery agent works for minutes. Nothing is checked while there
 * is none.
 */
const LOOK_EVERY_MS = 250;

export interface RecoveriesDeps {
  isAlive(shim: ProcessIdentity): boolean;
  readonly scheduler?: SchedulerLike;
}

/**
 * Emits the end of each recovery agent's main process, even if an earlier watchdog started it;
 * repeats it until the run has recorded it.
 */
export const recoveries = (changed$: Observable<Run>, { isAlive, scheduler = asyncScheduler }: RecoveriesDeps): Observable<Fact> =>
  new Observable((subscriber) => {
    const atWork = new Map<string, { readonly number: number; readonly shim: ProcessIdentity }>();
    const next = (fact: Fact) => subscriber.next(fact);
    const error = (problem: unknown) => subscriber.error(problem);
    let looks: Subscription | null = null;
    const follow = (run: Run) => {
      if (isRecovering(run) && run.recovery.shim !== null && run.recovery.over === null)
        atWork.set(run.id, { number: run.recovery.number, shim: run.recovery.shim });
      else atWork.delete(run.id);
      if (atWork.size === 0) stop();
      else looks ??= interval(LOOK_EVERY_MS, scheduler).pipe(mergeMap(look)).subscribe({ next, error });
    };
    const stop = () => {
      looks?.unsubscribe();
      looks = null;
    };
    const look = (): Fact[] =>
      [...atWork]
        .filter(([, { shim }]) => !isAlive(shim))
        .map(([run, { number }]): Fact => ({ kind: 'recovery.exited', run, recovery: number }));
    subscriber.add(changed$.subscribe({ next: follow, error }));
    subscriber.add(stop);
  });
