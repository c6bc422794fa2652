import {
  auditTime,
  BehaviorSubject,
  defer,
  distinctUntilChanged,
  EMPTY,
  map,
  merge,
  mergeMap,
  Observable,
  type SchedulerLike,
  switchMap,
  timer,
} from 'rxjs';
import { errorMessage } from '../../src/core/values/error-message.ts';
import { every, IDLE_MS } from '../operators/every.ts';
import { everyWhile } from '../operators/every-while.ts';

export interface InboxDeps<T extends { readonly file: string }> {
  /** Returns the waiting requests, oldest first, and in words what was put aside. May throw. */
  look(): { readonly requests: readonly T[]; readonly refused: readonly string[] };
  /**
   * Identifies the present inbox directory; returns null if there is none. A watcher follows the
   * directory, not its name.
   */
  directory(): string | null;
  /**
   * Calls `touched` soon after something appeared, `failed` when that is no longer possible.
   * Returns the function that stops watching.
   */
  watch(touched: () => void, failed: (because: string) => void): () => void;
  report(problem: string): void;
  readonly scheduler?: SchedulerLike;
}

/**
 * Looking is what counts; a wake-up only makes it sooner. An idle watchdog pays for every look:
 * this is how often if no wake-up can come.
 */
const LOOK_EVERY_MS = 2000;
/** Files that appear at once cause one wake-up. */
const WAKE_AFTER_MS = 5;

/**
 * Emits each request once, oldest first, however long its file stays. Never fails; a problem is
 * reported once for as long as it lasts.
 */
export const inbox = <T extends { readonly file: string }>(deps: InboxDeps<T>): Observable<T> =>
  defer(() => {
    let handed: ReadonlySet<string> = new Set();
    const report = onceEach(deps.report);
    const look = (): readonly T[] => {
      const { requests, refused } = attempt(deps.look);
      report(refused);
      const fresh = requests.filter(({ file }) => !handed.has(file));
      handed = new Set(requests.map(({ file }) => file));
      return fresh;
    };
    const isWatched = new BehaviorSubject(false);
    const looks$ = looks(isWatched, deps.scheduler);
    return merge(looks$, wakeUps(looks$, isWatched, deps)).pipe(mergeMap(look));
  });

function attempt<T>(look: () => { readonly requests: readonly T[]; readonly refused: readonly string[] }) {
  try {
    return look();
  } catch (error) {
    return { requests: [], refused: [`the inbox can't be read: ${errorMessage(error)}`] };
  }
}

/** The first look is not within the call that asks for it. */
const looks = (isWatched: BehaviorSubject<boolean>, scheduler: SchedulerLike | undefined): Observable<number> =>
  merge(
    timer(0, scheduler),
    every(IDLE_MS, scheduler),
    everyWhile(() => !isWatched.value, LOOK_EVERY_MS, isWatched, scheduler),
  );

/** A directory that was created anew is watched anew. */
function wakeUps(
  looks$: Observable<number>,
  isWatched: BehaviorSubject<boolean>,
  { directory, watch, report, scheduler }: Omit<InboxDeps<{ readonly file: string }>, 'look'>,
): Observable<void> {
  const touches$ = new Observable<void>((subscriber) => {
    isWatched.next(true);
    subscriber.add(() => isWatched.next(false));
    return watch(
      () => subscriber.next(),
      (because) => {
        isWatched.next(false);
        report(`the inbox is only checked every ${LOOK_EVERY_MS} ms: ${because}`);
      },
    );
  });
  return looks$.pipe(
    map(directory),
    distinctUntilChanged(),
    switchMap((identity) => (identity === null ? EMPTY : touches$)),
    auditTime(WAKE_AFTER_MS, scheduler),
  );
}

/** Reports problems that were not among the last ones. */
function onceEach(report: (problem: string) => void): (problems: readonly string[]) => void {
  let last: readonly string[] = [];
  return (problems) => {
    for (const problem of problems) if (!last.includes(problem)) report(problem);
    last = problems;
  };
}
