import { concat, type MonoTypeOperatorFunction, type Observable, retry, type SchedulerLike, throwError, timer } from 'rxjs';
import { errorMessage } from '../../src/core/values/error-message.ts';

/**
 * Keeps a source alive for ever: one that fails or completes is reported, and opened again after a
 * while.
 */
export function reopened<T>(
  name: string,
  report: (problem: string) => void,
  delayMs: number,
  scheduler?: SchedulerLike,
): MonoTypeOperatorFunction<T> {
  return (source: Observable<T>) =>
    concat(
      source,
      throwError(() => new Error('it ended')),
    ).pipe(
      retry({
        delay: (error: unknown) => {
          report(`the source "${name}" stopped (${errorMessage(error)}) and is opened again`);
          return timer(delayMs, scheduler);
        },
      }),
    );
}
