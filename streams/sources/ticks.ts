import { mergeMap, type Observable, type SchedulerLike } from 'rxjs';
import type { Fact } from '../../src/core/types.ts';
import { every } from '../operators/every.ts';

/** One tick for each run whose next deadline has passed. Deadlines are data: this is the only timer of the program that decides anything. */
export const ticks = (dueRuns: () => readonly string[], everyMs: number, scheduler?: SchedulerLike): Observable<Fact> =>
  every(everyMs, scheduler).pipe(mergeMap(() => dueRuns().map((run): Fact => ({ kind: 'tick', run }))));
