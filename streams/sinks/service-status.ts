import {
  asyncScheduler,
  defer,
  exhaustMap,
  filter,
  ignoreElements,
  map,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
  tap,
} from 'rxjs';
import { atMostEvery } from '../operators/at-most-every.ts';
import { problemOf } from '../operators/result-of.ts';

/** How soon a new status is sent. */
const LOOK_EVERY_MS = 1000;

export interface ServiceNoticesDeps {
  /** How often the manager expects a sign of life. */
  readonly aliveEveryMs: number;
  tell(lines: readonly string[]): ObservableInput<string | null>;
  /** The complete status, in one line. */
  status(): string;
  report(problem: string): void;
  readonly scheduler?: SchedulerLike;
}

/**
 * Notifies the service manager that we are ready with the first value, that we are alive as long as
 * values arrive, and of the status whenever it has changed. A stuck or dead process sends nothing
 * more. Emits nothing; failures are reported.
 */
export const serviceNotices = (
  through$: Observable<unknown>,
  { aliveEveryMs, tell, status, report, scheduler = asyncScheduler }: ServiceNoticesDeps,
): Observable<never> =>
  defer(() => {
    // Null until it has been notified.
    let last: { readonly status: string; readonly at: number } | null = null;
    return through$.pipe(
      atMostEvery(LOOK_EVERY_MS, scheduler),
      map(() => ({ status: status(), at: scheduler.now() })),
      filter((now) => last === null || now.status !== last.status || now.at - last.at >= aliveEveryMs),
      exhaustMap((now) => {
        const lines = [...(last === null ? ['READY=1'] : []), 'WATCHDOG=1', `STATUS=${now.status}`];
        last = now;
        return problemOf(() => tell(lines));
      }),
      tap((problem) => {
        if (problem === null) return;
        last = null;
        report(`the service manager could not be notified: ${problem}`);
      }),
      ignoreElements(),
    );
  });
