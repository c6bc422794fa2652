import {
  BehaviorSubject,
  connect,
  endWith,
  filter,
  finalize,
  groupBy,
  ignoreElements,
  map,
  merge,
  mergeMap,
  Observable,
  type SchedulerLike,
  switchMap,
  take,
  takeUntil,
  timer,
  withLatestFrom,
} from 'rxjs';
import type { Fact } from '../../src/core/model/facts.ts';
import { isOver, type Run } from '../../src/core/model/run.ts';
import { watchPath } from '../../src/logs/watch-path.ts';
import { every, IDLE_MS } from '../operators/every.ts';
import { everyWhile } from '../operators/every-while.ts';

/**
 * How often a file that can't be watched is checked; any other file is checked on the idle beat, as
 * a wake-up may be missed.
 */
const LOOK_EVERY_MS = 2000;

export interface DoneFileDeps {
  /**
   * Returns `fileState`, which distinguishes one state of a file from another, or null if there is
   * no file.
   */
  readonly stat: (path: string) => string | null;
  readonly report: (problem: string) => void;
  readonly watch?: typeof watchPath;
  readonly scheduler?: SchedulerLike;
}

export interface DoneFiles {
  /** A fact for each state of a run's done file that was not there when the run was registered. */
  readonly facts$: Observable<Fact>;
  /**
   * Checks now, before the death of an attempt is reported. Returns null if there is nothing new.
   */
  readonly look: (run: Run) => Fact | null;
}

/**
 * Watches the done files of the runs that have not ended. Neither the file nor its directory needs
 * to exist.
 */
export function doneFiles(changed$: Observable<Run>, { stat, report, watch = watchPath, scheduler }: DoneFileDeps): DoneFiles {
  const reported = new Map<string, string>();
  const look = (run: Run): Fact | null => {
    const { file, fileBefore } = run.spec.done;
    if (file === null || isOver(run)) return null;
    const state = stat(file);
    if (state === null || state === fileBefore || state === reported.get(run.id)) return null;
    reported.set(run.id, state);
    return { kind: 'done-file.appeared', run: run.id, attempt: run.attempt?.number ?? 0, path: file };
  };
  const touched = (path: string, unwatchable: BehaviorSubject<boolean>) =>
    new Observable<void>((wakeUp) =>
      watch(
        path,
        () => wakeUp.next(),
        (because) => {
          report(`the done file ${path} can't be watched and is checked every ${LOOK_EVERY_MS} ms instead: ${because}`);
          unwatchable.next(true);
        },
      ),
    );
  // The first look is not within the change that asks for it: its fact would overtake the rest of
  // that change.
  const looks = (path: string) => {
    const unwatchable = new BehaviorSubject(false);
    const often$ = everyWhile(() => unwatchable.value, LOOK_EVERY_MS, unwatchable, scheduler);
    return merge(timer(0, scheduler), every(IDLE_MS, scheduler), often$, touched(path, unwatchable));
  };
  const facts$ = changed$.pipe(
    filter(({ spec }) => spec.done.file !== null),
    groupBy(({ id }) => id, { duration: (run$) => run$.pipe(filter(isOver)) }),
    mergeMap((group$) =>
      group$.pipe(
        connect((run$) =>
          run$.pipe(
            take(1),
            switchMap(({ spec }) => looks(spec.done.file ?? '')),
            withLatestFrom(run$),
            map(([, run]) => look(run)),
            filter((fact) => fact !== null),
            takeUntil(merge(run$.pipe(filter(isOver)), run$.pipe(ignoreElements(), endWith(null)))),
            finalize(() => reported.delete(group$.key)),
          ),
        ),
      ),
    ),
  );
  return { facts$, look };
}
