import {
  asyncScheduler,
  connect,
  defer,
  delay,
  filter,
  finalize,
  interval,
  merge,
  mergeMap,
  Observable,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import type { Run } from '../../src/core/run.ts';
import type { Fact } from '../../src/core/types.ts';
import type { LogTail } from '../../src/system/log-tail.ts';
import { type LogTailsSource, logTails } from '../../src/system/log-tails.ts';
import { watchLog } from '../../src/system/log-watch.ts';

/** chokidar says nothing for 50 ms after a change: what was written then is found by this look. */
const lookAgainAfterMs = 60;
/** Every log is looked at in one of 20 rounds: a wake-up that never came costs 2 s. */
const roundEveryMs = 100;
const roundsToAll = 20;
/** For logs that can't be watched. */
const pollEveryMs = 250;
/** After a turn that read more, timers and other events have theirs. */
const turnBytes = 256 * 1024;

export interface LogLinesDeps extends LogTailsSource {
  readonly watch?: typeof watchLog;
  readonly scheduler?: SchedulerLike;
}

export interface LogLines {
  /** To be subscribed once at a time; whoever subscribes again goes on where it stood. */
  readonly facts$: Observable<Fact>;
  /** Reads all logs of a run to their ends now, so that everything its agent said is known before its death is. */
  readonly drain: (run: Run) => readonly Fact[];
}

/** What is written to the logs of all active runs, as facts. `changed$` emits every run after each recorded change, and all active ones at the start. */
export function logLines(changed$: Observable<Run>, { watch = watchLog, scheduler = asyncScheduler, ...source }: LogLinesDeps): LogLines {
  const tails = logTails(source);
  const facts$ = defer(() => {
    const followed = new Map<LogTail, () => void>();
    const unwatched = new Set<LogTail>();
    const ended = new WeakSet<LogTail>();
    const end = (tail: LogTail) => {
      followed.get(tail)?.();
      followed.delete(tail);
      unwatched.delete(tail);
      ended.add(tail);
    };
    const fail = (tail: LogTail, because: string) => {
      if (unwatched.size === 0) source.report(cannotWatch(tail.path, because));
      unwatched.add(tail);
    };
    const woken$ = new Observable<LogTail>((subscriber) => {
      const begin = (tail: LogTail) => {
        const touched = () => subscriber.next(tail);
        followed.set(
          tail,
          watch(tail.path, touched, (because) => fail(tail, because)),
        );
      };
      return changed$.subscribe({
        next: (run) => {
          const { begun, ended: old } = tails.follow(run);
          old.forEach(end);
          begun.forEach(begin);
          for (const tail of [...old, ...begun]) subscriber.next(tail);
        },
        error: (error) => subscriber.error(error),
      });
    });
    const rounds$ = interval(roundEveryMs, scheduler).pipe(mergeMap(slices(followed)));
    const polls$ = interval(pollEveryMs, scheduler).pipe(mergeMap(() => [...unwatched]));
    return woken$.pipe(
      connect((once$) => {
        const again$ = merge(once$.pipe(delay(lookAgainAfterMs, scheduler)), rounds$, polls$);
        return merge(once$, again$.pipe(filter((tail) => !ended.has(tail) && tail.hasNews())));
      }),
      inTurns((tail) => tail.read(ended.has(tail)), scheduler),
      finalize(() => {
        for (const close of followed.values()) close();
        tails.release();
      }),
    );
  });
  return { facts$, drain: tails.drain };
}

/** Goes round the followed logs, one part of them a call. */
function slices(followed: ReadonlyMap<LogTail, unknown>): () => LogTail[] {
  let rest = followed.keys();
  return () => {
    const slice: LogTail[] = [];
    for (let left = Math.ceil(followed.size / roundsToAll); left > 0; left--) {
      const { value, done } = rest.next();
      if (done) {
        rest = followed.keys();
        break;
      }
      slice.push(value);
    }
    return slice;
  };
}

/** Reads every log that was woken, each a limited amount in turn, so that a long one holds up no other; never within the call that woke it. */
function inTurns(read: (tail: LogTail) => ReturnType<LogTail['read']>, scheduler: SchedulerLike) {
  return (woken$: Observable<LogTail>) =>
    new Observable<Fact>((subscriber) => {
      const waiting = new Set<LogTail>();
      let due: Subscription | null = null;
      const call = () => {
        due = waiting.size > 0 ? scheduler.schedule(turn) : null;
      };
      const turn = () => {
        let bytes = 0;
        for (const tail of waiting) {
          // What is read without anybody to hear of it would be lost.
          if (bytes > turnBytes || subscriber.closed) break;
          waiting.delete(tail);
          const reading = read(tail);
          if (reading.more) waiting.add(tail);
          for (const fact of reading.facts) subscriber.next(fact);
          bytes += reading.bytes;
        }
        if (!subscriber.closed) call();
      };
      const woken = woken$.subscribe({
        next: (tail) => {
          waiting.add(tail);
          if (due === null) call();
        },
        error: (error) => subscriber.error(error),
      });
      return () => {
        woken.unsubscribe();
        due?.unsubscribe();
      };
    });
}

const cannotWatch = (path: string, because: string): string =>
  `${path}: expected to be woken by inotify, got ${because}; it and all others like it are looked at every ${pollEveryMs} ms instead. ` +
  'Where a limit was reached, raise fs.inotify.max_user_watches or the number of open files';
