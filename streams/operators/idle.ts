import { filter, map, type Observable, type SchedulerLike, scan } from 'rxjs';
import { every } from './every.ts';

/** Emits once something has been so at every look for this long. */
export const idle = (isSo: () => boolean, lookEveryMs: number, forMs: number, scheduler?: SchedulerLike): Observable<void> =>
  every(lookEveryMs, scheduler).pipe(
    scan((looks) => (isSo() ? looks + 1 : 0), 0),
    filter((looks) => looks * lookEveryMs >= forMs),
    map(() => undefined),
  );
