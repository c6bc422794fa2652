import { asyncScheduler, exhaustMap, filter, merge, mergeMap, type Observable, type ObservableInput, of, type SchedulerLike } from 'rxjs';
import type { EffectiveDecision } from '../../src/core/decision.ts';
import type { Fact } from '../../src/core/model/facts.ts';
import { everyWhile } from '../operators/every-while.ts';

/** While a disk is short of space, or was at the last measurement. */
const LOOK_EVERY_MS = 1000;

export interface DiskFillsDeps {
  isShort(): boolean;
  /** Remembers how much room there is while no disk is short of space. Never throws. */
  look(): ObservableInput<readonly Fact[]>;
  readonly scheduler?: SchedulerLike;
}

/**
 * Finds the run whose files fill a disk. How much room the disks have is noted with each of their
 * measurements, since a run may fill one within a second of its start.
 */
export const diskFills = (
  decided$: Observable<EffectiveDecision>,
  { isShort, look, scheduler = asyncScheduler }: DiskFillsDeps,
): Observable<Fact> =>
  merge(of(null), decided$.pipe(filter(({ kind }) => kind === 'host')), everyWhile(isShort, LOOK_EVERY_MS, decided$, scheduler)).pipe(
    exhaustMap(look),
    mergeMap((facts) => facts),
  );
