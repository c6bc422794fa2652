import { exhaustMap, ignoreElements, type Observable, type ObservableInput, type SchedulerLike, tap, throttleTime } from 'rxjs';
import { problemOf } from '../operators/result-of.ts';

/**
 * Pings while values arrive, at most once every `everyMs`: a stuck or dead process stops pinging.
 * Emits nothing; failures are reported.
 */
export const deadMansSwitch = (
  through$: Observable<unknown>,
  ping: () => ObservableInput<string | null>,
  everyMs: number,
  report: (problem: string) => void,
  scheduler?: SchedulerLike,
): Observable<never> =>
  through$.pipe(
    throttleTime(everyMs, scheduler),
    exhaustMap(() => problemOf(ping)),
    tap((problem) => {
      if (problem !== null) report(`the heartbeat could not be sent: ${problem}`);
    }),
    ignoreElements(),
  );
