import { asyncScheduler, defer, filter, interval, map, type Observable, type SchedulerLike, share } from 'rxjs';

/**
 * How often an idle process wakes up, however much it watches: everything checked now and then
 * shares this beat.
 */
export const IDLE_MS = 5000;
/** The beat of what is checked more often, while there is anything to check. */
const BUSY_MS = 1000;

const beats = new WeakMap<SchedulerLike, Map<number, Observable<number>>>();

/**
 * Emits 0, 1, 2, … every `ms`. All subscribers of a scheduler whose periods are multiples of the
 * same beat share one timer, so the first emission may come early. Any other period gets its own
 * timer.
 */
export function every(ms: number, scheduler: SchedulerLike = asyncScheduler): Observable<number> {
  const beatMs = [IDLE_MS, BUSY_MS].find((beat) => ms % beat === 0);
  if (beatMs === undefined) return interval(ms, scheduler);
  const [each, beat$] = [ms / beatMs, sharedBeat(beatMs, scheduler)];
  return defer(() =>
    beat$.pipe(
      filter((beat) => (beat + 1) % each === 0),
      map((_, count) => count),
    ),
  );
}

function sharedBeat(ms: number, scheduler: SchedulerLike): Observable<number> {
  const shared = beats.get(scheduler) ?? new Map<number, Observable<number>>();
  beats.set(scheduler, shared);
  const beat$ = shared.get(ms) ?? interval(ms, scheduler).pipe(share());
  shared.set(ms, beat$);
  return beat$;
}
