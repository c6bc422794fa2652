import { exhaustMap, ignoreElements, type Observable, type ObservableInput, type SchedulerLike, tap, throttleTime } from 'rxjs';
import { problemOf } from '../operators/result-of.ts';

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
    exhaustMap(() => problemOf(ping)),
    tap((problem) => {
      if (problem !== null) report(`the heartbeat could not be sent: ${problem}`);
    }),
    ignoreElements(),
  );
