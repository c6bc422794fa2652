import {
  asyncScheduler,
  connect,
  defer,
  delay,
  exhaustMap,
  filter,
  finalize,
  interval,
  merge,
  mergeMap,
  Observable,
  type SchedulerLike,
  Subject,
  takeWhile,
} from 'rxjs';
import type { Fact } from '../../src/core/model/facts.ts';
import type { Run } from '../../src/core/model/run.ts';
import type { LogTail } from '../../src/logs/tail.ts';
import { type LogTails, type LogTailsSource, logTails } from '../../src/logs/tails.ts';
import { watchPath } from '../../src/logs/watch-path.ts';
import { every, IDLE_MS } from '../operators/every.ts';
import { everyWhile } from '../operators/every-while.ts';
import { inTurns } from '../operators/fair-turns.ts';

/** chokidar reports nothing for 50 ms after a change: this look finds what was written then. */
const LOOK_AGAIN_AFTER_MS = 60;
/**
 * A wake-up that never came is made up for on the idle beat, or on every other one if the looks of
 * the last half minute found nothing new. A log whose wake-ups do not come is checked this often,
 * until that finds nothing for half a minute.
 */
const LOOK_EVERY_MS = 2000;
const LIVELY_LOOKS = 6;
const SILENT_SLICES = 2;
const UNANNOUNCED_LOOKS = 15;
/** For logs that can't be watched. */
const POLL_EVERY_MS = 250;
/** After a turn that read more, timers and other events get their turn. */
const TURN_BYTES = 256 * 1024;

export interface LogLinesDeps extends LogTailsSource {
  readonly watch?: typeof watchPath;
  readonly scheduler?: SchedulerLike;
}

export interface LogLines {
  /** Subscribe only once at a time; the next subscription continues where the last one stopped. */
  readonly facts$: Observable<Fact>;
  /**
   * Reads all logs of a run to their ends now, so that everything its agent said is known before
   * its death is.
   */
  readonly drain: (run: Run) => readonly Fact[];
  /**
   * Returns what is new in the logs of a run whose agent is alive, except the line that it is still
   * writing.
   */
  readonly catchUp: (run: Run) => readonly Fact[];
}

/**
 * Emits what is written to the logs of active runs, as facts. `changed$` emits a run after each
 * change, and all active ones at the start.
 */
export function logLines(changed$: Observable<Run>, { watch = watchPath, scheduler = asyncScheduler, ...source }: LogLinesDeps): LogLines {
  const tails = logTails(source);
  const facts$ = defer(() => {
    const watched = watchedTails(watch, source.report);
    const all$ = every(IDLE_MS, scheduler).pipe(mergeMap(watched.some));
    const unannounced$ = everyWhile(() => watched.unannounced().length > 0, LOOK_EVERY_MS, watched.missed$, scheduler);
    const found$ = merge(all$, unannounced$.pipe(mergeMap(watched.unannounced))).pipe(filter(watched.hasMissed));
    const polled$ = watched.failed$.pipe(
      exhaustMap(() => interval(POLL_EVERY_MS, scheduler).pipe(takeWhile(() => watched.unwatchable().length > 0))),
      mergeMap(watched.unwatchable),
    );
    return woken(changed$, tails, watched).pipe(
      connect((woken$) => {
        const again$ = merge(woken$.pipe(delay(LOOK_AGAIN_AFTER_MS, scheduler)), polled$);
        return merge(woken$, again$.pipe(filter(watched.hasUnread)), found$);
      }),
      inTurns((tail: LogTail) => portion(tail.read(watched.hasEnded(tail))), TURN_BYTES, scheduler),
      finalize(() => {
        watched.close();
        tails.release();
      }),
    );
  });
  return { facts$, drain: tails.drain, catchUp: tails.catchUp };
}

const portion = ({ facts, bytes, more }: ReturnType<LogTail['read']>) => ({ results: facts, cost: bytes, more });

type WatchedTails = ReturnType<typeof watchedTails>;

/** The logs that are to be read: those of runs that changed, and those that were written to. */
const woken = (changed$: Observable<Run>, tails: LogTails, watched: WatchedTails): Observable<LogTail> =>
  new Observable((subscriber) =>
    changed$.subscribe({
      next: (run) => {
        const { begun, ended } = tails.follow(run);
        ended.forEach(watched.end);
        for (const tail of begun) watched.begin(tail, () => subscriber.next(tail));
        for (const tail of [...ended, ...begun]) subscriber.next(tail);
      },
      error: (error) => subscriber.error(error),
    }),
  );

/** The watchers of the followed logs. */
function watchedTails(watch: typeof watchPath, report: (problem: string) => void) {
  const closers = new Map<LogTail, () => void>();
  const unwatchable = new Set<LogTail>();
  const ended = new WeakSet<LogTail>();
  /** The number of looks since something new was found. */
  const silentFor = new WeakMap<LogTail, number>();
  /** The logs whose wake-ups do not come, and for how many more looks that is assumed. */
  const unannounced = new Map<LogTail, number>();
  const failed$ = new Subject<void>();
  const missed$ = new Subject<void>();
  const hasUnread = (tail: LogTail): boolean => {
    const found = !ended.has(tail) && tail.hasUnread();
    silentFor.set(tail, found ? 0 : (silentFor.get(tail) ?? 0) + 1);
    return found;
  };
  return {
    begin(tail: LogTail, touched: () => void) {
      const failed = (because: string) => {
        if (ended.has(tail)) return;
        if (unwatchable.size === 0) report(cannotWatch(tail.path, because));
        unwatchable.add(tail);
        failed$.next();
      };
      const woken = () => {
        silentFor.delete(tail);
        touched();
      };
      closers.set(tail, watch(tail.path, woken, failed));
    },
    /** Ends a log that is read for the last time. */
    end(tail: LogTail) {
      closers.get(tail)?.();
      closers.delete(tail);
      unwatchable.delete(tail);
      unannounced.delete(tail);
      ended.add(tail);
    },
    hasEnded: (tail: LogTail) => ended.has(tail),
    hasUnread,
    /** Like `has`, but for a change that no wake-up announced. */
    hasMissed(tail: LogTail): boolean {
      const found = hasUnread(tail);
      const looks = found ? UNANNOUNCED_LOOKS : (unannounced.get(tail) ?? 0) - 1;
      if (looks > 0 && !unwatchable.has(tail)) unannounced.set(tail, looks);
      else unannounced.delete(tail);
      if (found) missed$.next();
      return found;
    },
    unannounced: () => [...unannounced.keys()],
    missed$,
    /** Logs that were silent lately are checked in turns. */
    some: (turn: number) =>
      [...closers.keys()].filter((tail, index) => (silentFor.get(tail) ?? 0) < LIVELY_LOOKS || (index + turn) % SILENT_SLICES === 0),
    unwatchable: () => [...unwatchable],
    failed$,
    close() {
      for (const close of closers.values()) close();
    },
  };
}

const cannotWatch = (path: string, because: string): string =>
  `${path}: expected to be woken by inotify, got ${because}; it and all others like it are checked every ${POLL_EVERY_MS} ms instead. ` +
  'If a limit was reached, raise fs.inotify.max_user_watches or the number of open files';
