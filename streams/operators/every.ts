import { asyncScheduler, defer, filter, interval, map, type Observable, type SchedulerLike, share } from 'rxjs';

/** All that is looked at now and then is looked at on one beat: an idle process is woken once a second, however many looks there are. */
const BEAT_MS = 1000;
const beats = new WeakMap<SchedulerLike, Observable<number>>();

/** 0, 1, 2 … every so many ms, on the beat that all subscribers of a scheduler share; the first comes early, if they were not the first. What is no multiple of the beat has a timer of its own. */
export function every(ms: number, scheduler: SchedulerLike = asyncScheduler): Observable<number> {
  const each = ms / BEAT_MS;
  if (!Number.isInteger(each)) return interval(ms, scheduler);
  const beats$ = beats.get(scheduler) ?? interval(BEAT_MS, scheduler).pipe(share());
  beats.set(scheduler, beats$);
  return defer(() =>
    beats$.pipe(
      filter((beat) => (beat + 1) % each === 0),
      map((_, count) => count),
    ),
  );
}
