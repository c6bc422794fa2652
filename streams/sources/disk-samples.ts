import {
  asyncScheduler,
  auditTime,
  catchError,
  EMPTY,
  exhaustMap,
  filter,
  from,
  map,
  merge,
  Observable,
  type ObservableInput,
  type SchedulerLike,
  Subject,
  switchMap,
} from 'rxjs';
import type { DiskFact, DiskSample } from '../../src/core/model/disk.ts';
import { isActive, type Run } from '../../src/core/model/run.ts';
import { every } from '../operators/every.ts';
import { everyWhile } from '../operators/every-while.ts';

/** How often all filesystems are measured, and those that are short of space, or nearly so. */
const SAMPLE_EVERY_MS = 15_000;
const URGENT_EVERY_MS = 1000;
const SETTLE_MS = 20;

export interface DiskSamplesDeps {
  /** Monotonic, ms. */
  nowMono(): number;
  /** Paths that matter to a run. */
  pathsOf(run: Run): readonly string[];
  /** Those that matter without any run. */
  ownPaths(): readonly string[];
  /** Those that are measured every second now. */
  urgent(): readonly string[];
  /** Has a deadline, and an answer for every path. */
  sample(paths: readonly string[]): ObservableInput<Omit<DiskSample, 'takenMono' | 'isWhole'>>;
  readonly scheduler?: SchedulerLike;
}

/** Measures the filesystems that matter: now and then; every second where it gets tight; at once for a new run, when an agent says that a disk is full, and when an attempt failed. */
export function diskSamples(changed$: Observable<Run>, deps: DiskSamplesDeps): Observable<DiskFact> {
  const { scheduler = asyncScheduler } = deps;
  const active = new Map<string, Run>();
  const all = (): readonly string[] => [...new Set([...deps.ownPaths(), ...[...active.values()].flatMap(deps.pathsOf)])];
  const take = (isWhole: boolean, paths: () => readonly string[]) => () => measured(paths(), isWhole, deps);
  const whole$ = every(SAMPLE_EVERY_MS, scheduler).pipe(exhaustMap(take(true, all)));
  // The newest news decides: what was measured before it does not answer it.
  const asked$ = changed$.pipe(
    filter((run) => isNew(active, run)),
    // Many runs begin at once when a watchdog does.
    auditTime(SETTLE_MS, scheduler),
    switchMap(take(true, all)),
  );
  // Whether it is urgent shows once a sample was taken in.
  const taken$ = new Subject<void>();
  const isUrgent = () => deps.urgent().length > 0;
  const urgent$ = everyWhile(isUrgent, URGENT_EVERY_MS, taken$, scheduler).pipe(exhaustMap(take(false, deps.urgent)));
  const samples$ = merge(whole$, asked$, urgent$);
  return new Observable((subscriber) => {
    const next = (sample: DiskFact) => {
      subscriber.next(sample);
      taken$.next();
    };
    return samples$.subscribe({ next, error: (error) => subscriber.error(error) });
  });
}

/** How full the disks of these runs are, before anything is started on one of them. Completes; where that can't be told, it says nothing. */
export const firstDiskSample = (runs: readonly Run[], deps: DiskSamplesDeps): Observable<DiskFact> =>
  measured([...new Set([...deps.ownPaths(), ...runs.flatMap(deps.pathsOf)])], true, deps).pipe(catchError(() => EMPTY));

function measured(paths: readonly string[], isWhole: boolean, { nowMono, sample }: DiskSamplesDeps): Observable<DiskFact> {
  // Before it is measured: nothing in it is older.
  const takenMono = nowMono();
  return from(sample(paths)).pipe(map((seen): DiskFact => ({ kind: 'disk.sampled', takenMono, isWhole, ...seen })));
}

/** Takes a run in. True: it has paths that nobody measured yet, or it may just have met a full disk. */
function isNew(active: Map<string, Run>, run: Run): boolean {
  const before = active.get(run.id);
  if (!isActive(run)) {
    active.delete(run.id);
    return false;
  }
  active.set(run.id, run);
  return before === undefined || saysSo(before, run) || hasFailed(before, run) || hasWrittenMuch(before, run);
}

/** Its agent has just said that a disk is full. */
function saysSo(before: Run, { attempt }: Run): boolean {
  const [was, trouble] = [before.attempt?.trouble ?? null, attempt?.trouble ?? null];
  return trouble?.kind === 'no-space' && (was?.at.mono !== trouble.at.mono || was.kind !== 'no-space');
}

/** A log that grows fast fills a disk between two rounds. */
const MUCH_BYTES = 64 * 1024 * 1024;
const hasWrittenMuch = (before: Run, { attempt }: Run): boolean =>
  Math.floor((before.attempt?.bytes ?? 0) / MUCH_BYTES) !== Math.floor((attempt?.bytes ?? 0) / MUCH_BYTES);

/** It could not be started, or ended badly by itself: where a log is on the full disk, too, nobody can say why. */
function hasFailed(before: Run, { attempt, streak, shot }: Run): boolean {
  const hasDied = before.attempt?.alive === true && attempt?.alive === false;
  const byItself = hasDied && attempt.exit?.signal === null && attempt.exit.code !== 0;
  // Who was killed may have been killed for the space that it took.
  return streak.startFailures > before.streak.startFailures || byItself || shot?.mono !== before.shot?.mono;
}
