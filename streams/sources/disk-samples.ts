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
  /** Paths that matter without any run. */
  ownPaths(): readonly string[];
  /** Paths that are measured every second at present. */
  urgent(): readonly string[];
  /** Has a deadline, and an answer for every path. */
  sample(paths: readonly string[]): ObservableInput<Omit<DiskSample, 'takenMono' | 'isWhole'>>;
  readonly scheduler?: SchedulerLike;
}

/**
 * Measures the filesystems that matter: periodically; every second if one is nearly full; at once
 * for a new run, when an agent says that a disk is full, and when an attempt failed.
 */
export function diskSamples(changed$: Observable<Run>, deps: DiskSamplesDeps): Observable<DiskFact> {
  const { scheduler = asyncScheduler } = deps;
  const active = new Map<string, Run>();
  const all = (): readonly string[] => [...new Set([...deps.ownPaths(), ...[...active.values()].flatMap(deps.pathsOf)])];
  const take = (isWhole: boolean, paths: () => readonly string[]) => () => measured(paths(), isWhole, deps);
  const whole$ = every(SAMPLE_EVERY_MS, scheduler).pipe(exhaustMap(take(true, all)));
  // The latest request decides: an earlier measurement does not answer it.
  const asked$ = changed$.pipe(
    filter((run) => isNew(active, run)),
    // Many runs begin at once when a watchdog does.
    auditTime(SETTLE_MS, scheduler),
    switchMap(take(true, all)),
  );
  // Whether it is urgent is known once a sample was evaluated.
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

/**
 * Measures the disks of these runs before anything is started on one of them. Completes; emits
 * nothing if they cannot be measured.
 */
export const firstDiskSample = (runs: readonly Run[], deps: DiskSamplesDeps): Observable<DiskFact> =>
  measured([...new Set([...deps.ownPaths(), ...runs.flatMap(deps.pathsOf)])], true, deps).pipe(catchError(() => EMPTY));

function measured(paths: readonly string[], isWhole: boolean, { nowMono, sample }: DiskSamplesDeps): Observable<DiskFact> {
  // Taken before the measurement: nothing in the sample is older.
  const takenMono = nowMono();
  return from(sample(paths)).pipe(map((seen): DiskFact => ({ kind: 'disk.sampled', takenMono, isWhole, ...seen })));
}

/**
 * Remembers a run. Returns true if it has paths that were not measured yet, or may just have hit a
 * full disk.
 */
function isNew(active: Map<string, Run>, run: Run): boolean {
  const before = active.get(run.id);
  if (!isActive(run)) {
    active.delete(run.id);
    return false;
  }
  active.set(run.id, run);
  return before === undefined || saysSo(before, run) || hasFailed(before, run) || hasWrittenMuch(before, run);
}

/** Whether its agent has just said that a disk is full. */
function saysSo(before: Run, { attempt }: Run): boolean {
  const [was, trouble] = [before.attempt?.trouble ?? null, attempt?.trouble ?? null];
  return trouble?.kind === 'no-space' && (was?.at.mono !== trouble.at.mono || was.kind !== 'no-space');
}

/** A log that grows fast fills a disk between two rounds. */
const MUCH_BYTES = 64 * 1024 * 1024;
const hasWrittenMuch = (before: Run, { attempt }: Run): boolean =>
  Math.floor((before.attempt?.bytes ?? 0) / MUCH_BYTES) !== Math.floor((attempt?.bytes ?? 0) / MUCH_BYTES);

/**
 * Whether it could not be started, or ended badly by itself: if its log is on the full disk, too,
 * the reason cannot be known.
 */
function hasFailed(before: Run, { attempt, streak, shot }: Run): boolean {
  const hasDied = before.attempt?.alive === true && attempt?.alive === false;
  const byItself = hasDied && attempt.exit?.signal === null && attempt.exit.code !== 0;
  // An attempt that was killed may have been killed for the space that it took.
  return streak.startFailures > before.streak.startFailures || byItself || shot?.mono !== before.shot?.mono;
}
