import { Observable, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';

export interface Portion<R> {
  readonly results: readonly R[];
  /** What it took, in the unit of `turnCost`. */
  readonly cost: number;
  /** Whether there is more to take now. */
  readonly more: boolean;
}

/**
 * Takes a limited portion from everything that was woken, in turn, so that a source with much to
 * take delays nothing else: after `turnCost`, timers and other events get their turn. A source that
 * is woken again while it waits is queued once. Nothing is taken within the call that wakes, nor
 * while nobody is subscribed.
 */
export const inTurns =
  <T, R>(take: (item: T) => Portion<R>, turnCost: number, scheduler: SchedulerLike): OperatorFunction<T, R> =>
  (woken$) =>
    new Observable<R>((subscriber) => {
      const waiting = new Set<T>();
      let due: Subscription | null = null;
      const call = () => {
        due = waiting.size > 0 ? scheduler.schedule(turn) : null;
      };
      const turn = () => {
        let cost = 0;
        for (const item of waiting) {
          if (cost > turnCost || subscriber.closed) break;
          waiting.delete(item);
          const portion = take(item);
          if (portion.more) waiting.add(item);
          for (const result of portion.results) subscriber.next(result);
          cost += portion.cost;
        }
        if (!subscriber.closed) call();
      };
      subscriber.add(() => due?.unsubscribe());
      subscriber.add(
        woken$.subscribe({
          next: (item) => {
            waiting.add(item);
            if (due === null) call();
          },
          error: (error) => subscriber.error(error),
        }),
      );
    });
