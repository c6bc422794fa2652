import {
  catchError,
  defer,
  exhaustMap,
  from,
  ignoreElements,
  type Observable,
  type ObservableInput,
  of,
  type SchedulerLike,
  tap,
  throttleTime,
} from 'rxjs';

/** Pings while something comes through, at most once in `everyMs`: what is stuck, or dead, pings no more. Emits nothing; what fails is reported. */
export const deadMansSwitch = (
  through$: Observable<unknown>,
  ping: () => ObservableInput<string | null>,
  everyMs: number,
  report: (problem: string) => void,
  scheduler?: SchedulerLike,
): Observable<never> =>
  through$.pipe(
    throttleTime(everyMs, scheduler),
    exhaustMap(() =>
      defer(() => from(ping())).pipe(catchError((error: unknown) => of(error instanceof Error ? error.message : String(error)))),
    ),
    tap((problem) => {
      if (problem !== null) report(`the heartbeat could not be sent: ${problem}`);
    }),
    ignoreElements(),
  );
