import { asyncScheduler, Observable, type SchedulerLike, type Subscription } from 'rxjs';
import type { Fact, Instant } from '../../src/core/model/facts.ts';
import { every, IDLE_MS } from '../operators/every.ts';

/**
 * Many decisions in a row cause one look at all runs: looks that they ask for are at least this far
 * apart.
 */
const APART_MS = 200;

export interface TicksDeps {
  now(): Instant;
  readonly deadlines: {
    /** Ids of the runs whose verdict no longer holds. */
    due(now: Instant): readonly string[];
    /** No run is due before this (ms, monotonic). Each decision may bring it closer. */
    readonly quietUntilMono: number;
  };
  readonly scheduler?: SchedulerLike;
}

/**
 * Emits one tick for each run whose verdict no longer holds, at that moment. Deadlines are data:
 * this is the program's only timer that decides anything. All runs are also checked on the idle
 * beat, which is how soon a clock that was set is noticed.
 */
export const ticks = (decided$: Observable<unknown>, { now, deadlines, scheduler = asyncScheduler }: TicksDeps): Observable<Fact> =>
  new Observable((subscriber) => {
    let alarm: { readonly mono: number; readonly timer: Subscription } | null = null;
    let askedMono = Number.NEGATIVE_INFINITY;
    let isLooking = false;
    const look = () => {
      alarm?.timer.unsubscribe();
      alarm = null;
      isLooking = true;
      for (const run of deadlines.due(now())) subscriber.next({ kind: 'tick', run });
      isLooking = false;
      wait();
    };
    const lookAsAsked = () => {
      askedMono = now().mono;
      look();
    };
    const wait = () => {
      if (isLooking) return;
      const { mono } = now();
      const next = Math.max(deadlines.quietUntilMono, askedMono + APART_MS);
      // What is due after the next beat waits for that.
      if (next > mono + IDLE_MS || (alarm !== null && alarm.mono <= next)) return;
      alarm?.timer.unsubscribe();
      alarm = null;
      if (next <= mono) lookAsAsked();
      else alarm = { mono: next, timer: scheduler.schedule(guarded(lookAsAsked), Math.ceil(next - mono)) };
    };
    const guarded = (act: () => void) => () => {
      try {
        act();
      } catch (error) {
        subscriber.error(error);
      }
    };
    subscriber.add(() => alarm?.timer.unsubscribe());
    subscriber.add(decided$.subscribe({ next: guarded(wait), error: (error) => subscriber.error(error) }));
    subscriber.add(every(IDLE_MS, scheduler).subscribe(guarded(look)));
  });
