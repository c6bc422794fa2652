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

/** How soon a new status is told. */
const LOOK_EVERY_MS = 1000;

export interface ServiceNoticesDeps {
  /** How often the manager has to hear that we are alive. */
  readonly aliveEveryMs: number;
  tell(lines: readonly string[]): ObservableInput<string | null>;
  /** All that there is to know, in one line. */
  status(): string;
  report(problem: string): void;
  readonly scheduler?: SchedulerLike;
}

/**
 * Tells the service manager that we are ready with the first thing that comes through, that we are alive as long as something does, and what the
 * status is whenever it has changed. What is stuck, or dead, tells nothing more. Emits nothing; what fails is reported.
 */
export const serviceNotices = (
  through$: Observable<unknown>,
  { aliveEveryMs, tell, status, report, scheduler = asyncScheduler }: ServiceNoticesDeps,
): Observable<never> =>
  defer(() => {
    // Null: it has not heard of us yet.
    let told: { readonly status: string; readonly at: number } | null = null;
    return through$.pipe(
      atMostEvery(LOOK_EVERY_MS, scheduler),
      map(() => ({ status: status(), at: scheduler.now() })),
      filter((now) => told === null || now.status !== told.status || now.at - told.at >= aliveEveryMs),
      exhaustMap((now) => {
        const lines = [...(told === null ? ['READY=1'] : []), 'WATCHDOG=1', `STATUS=${now.status}`];
        told = now;
        return problemOf(() => tell(lines));
      }),
      tap((problem) => {
        if (problem === null) return;
        told = null;
        report(`the service manager could not be told: ${problem}`);
      }),
      ignoreElements(),
    );
  });
