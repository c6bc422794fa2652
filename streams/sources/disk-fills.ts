import { asyncScheduler, auditTime, exhaustMap, merge, mergeMap, type Observable, type ObservableInput, type SchedulerLike } from 'rxjs';
import type { Fact } from '../../src/core/model/facts.ts';
import { every, IDLE_MS } from '../operators/every.ts';
import { everyWhile } from '../operators/every-while.ts';

/** While a disk is short of space, or was at the last measurement. */
const LOOK_EVERY_MS = 1000;
/**
 * A disk may be full a second after a run began: how much room it had is looked up after each
 * decision.
 */
const SETTLE_MS = 200;

export interface DiskFillsDeps {
  isShort(): boolean;
  /** Remembers how much room there is while no disk is short of space. Never throws. */
  look(): ObservableInput<readonly Fact[]>;
  readonly scheduler?: SchedulerLike;
}

/** Finds the run whose files fill a disk. */
export const diskFills = (decided$: Observable<unknown>, { isShort, look, scheduler = asyncScheduler }: DiskFillsDeps): Observable<Fact> =>
  merge(
    every(IDLE_MS, scheduler),
    everyWhile(isShort, LOOK_EVERY_MS, decided$, scheduler),
    decided$.pipe(auditTime(SETTLE_MS, scheduler)),
  ).pipe(
    exhaustMap(look),
    mergeMap((facts) => facts),
  );
