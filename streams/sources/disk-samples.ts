import {
  asyncScheduler,
  defer,
  EMPTY,
  exhaustMap,
  from,
  map,
  merge,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
  tap,
  throttleTime,
  timer,
} from 'rxjs';
import type { DiskFact, DiskSample } from '../../src/core/pressure-types.ts';

export interface DiskSamplesDeps {
  /** All paths whose filesystems matter now. */
  paths(): readonly string[];
  /** Those of them that are measured more often. */
  urgentPaths(): readonly string[];
  /** One measurement is under way at a time. */
  sample(paths: readonly string[], isWhole: boolean): ObservableInput<DiskSample>;
  /** Paths that somebody wants to know of at once. */
  readonly wanted$: Observable<readonly string[]>;
  readonly scheduler?: SchedulerLike;
}

const ROUND_MS = 15_000;
const URGENT_MS = 1000;

/** The room on the filesystems that matter: all of them in rounds, the urgent ones every second, and what is wanted at once. */
export const diskSamples = ({ paths, urgentPaths, sample, wanted$, scheduler = asyncScheduler }: DiskSamplesDeps): Observable<DiskFact> =>
  defer(() => {
    let isWholeDue = false;
    const due = new Set<string>();
    const add = (some: readonly string[]) => {
      for (const path of some) due.add(path);
    };
    const look = () => {
      const isWhole = isWholeDue;
      const asked = isWhole ? paths() : [...due];
      isWholeDue = false;
      due.clear();
      return asked.length === 0 ? EMPTY : from(sample(asked, isWhole)).pipe(map((seen): DiskFact => ({ kind: 'disk.sampled', ...seen })));
    };
    const rounds$ = timer(0, ROUND_MS, scheduler).pipe(
      tap(() => {
        isWholeDue = true;
      }),
    );
    const beats$ = timer(URGENT_MS, URGENT_MS, scheduler).pipe(tap(() => add(urgentPaths())));
    // A thousand lines of an agent that meets a full disk are one question, and others with the next beats.
    const asked$ = wanted$.pipe(tap(add), throttleTime(URGENT_MS, scheduler));
    return merge(rounds$, beats$, asked$).pipe(exhaustMap(look));
  });
