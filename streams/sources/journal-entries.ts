import { BehaviorSubject, EMPTY, Observable, retry, type Subscriber, switchMap, timer } from 'rxjs';
import type { Fact } from '../../src/core/model/facts.ts';
import { isActive, type Run } from '../../src/core/model/run.ts';
import { backoff } from '../../src/core/values/backoff.ts';
import { errorMessage } from '../../src/core/values/error-message.ts';
import type { JournalTail } from '../../src/logs/journal-tail.ts';

/**
 * journalctl dies if a journal is rotated faster than it reads. It is started again after this,
 * doubled up to the longest wait.
 */
const AGAIN_MS = 1000;
const LONGEST_MS = 60_000;
/** One that lived for this long is started again at once. */
const LIVED_MS = 30_000;

type Tail = Pick<JournalTail, 'begin' | 'follow' | 'drain' | 'cursor'>;

export interface JournalEntriesDeps {
  /** Returns null if what the operator named is not a unit. */
  tail(run: Run, unit: string, cursor: string | null): Tail | null;
  nowMono(): number;
  report(problem: string): void;
}

export interface JournalEntries {
  readonly facts$: Observable<Fact>;
  /**
   * Reads all journals of a run to their ends now, so that everything its agent said is known
   * before its death is.
   */
  readonly drain: (run: Run) => readonly Fact[];
}

/** Emits what units write to the journals that are logs of active runs, as facts. */
export function journalEntries(changed$: Observable<Run>, deps: JournalEntriesDeps): JournalEntries {
  const all = new Map<string, Followed>();
  const cursors = new Map<string, string>();
  const facts$ = new Observable<Fact>((subscriber) => {
    const follow = (run: Run): void => {
      const units = isActive(run) && run.attempt !== null ? run.spec.journals : [];
      for (const [key, old] of all)
        if (old.run === run.id && (old.attempt !== run.attempt?.number || !units.includes(old.unit))) {
          old.stop();
          all.delete(key);
        }
      for (const unit of units) {
        const key = `${run.id} ${unit}`;
        if (all.has(key)) continue;
        const tail = deps.tail(run, unit, cursors.get(key) ?? run.journals[unit] ?? null);
        if (tail !== null)
          all.set(
            key,
            followed(run, unit, tail, subscriber, deps, (cursor) => cursors.set(key, cursor)),
          );
      }
      if (!isActive(run)) for (const unit of run.spec.journals) cursors.delete(`${run.id} ${unit}`);
    };
    subscriber.add(() => {
      for (const one of all.values()) one.stop();
      all.clear();
    });
    subscriber.add(changed$.subscribe({ next: follow, error: (error) => subscriber.error(error) }));
  });
  return { facts$, drain: (run) => run.spec.journals.flatMap((unit) => all.get(`${run.id} ${unit}`)?.drain() ?? []) };
}

interface Followed {
  readonly run: string;
  readonly attempt: number;
  readonly unit: string;
  stop(): void;
  drain(): readonly Fact[];
}

/** An empty journal has no end to continue from, so it is asked again. */
const NOTHING_YET = Symbol();

/** Emits the facts of one journal, and starts following it again whenever that ends. */
function followed(
  run: Run,
  unit: string,
  tail: Tail,
  subscriber: Subscriber<Fact>,
  deps: JournalEntriesDeps,
  moved: (cursor: string) => void,
): Followed {
  let failures = 0;
  let problem: string | null = null;
  const say = (error: unknown): void => {
    const because = errorMessage(error);
    if (because !== problem) deps.report(`the journal of ${unit} can't be followed and is tried again: ${because}`);
    problem = because;
  };
  const noted = <T extends readonly Fact[]>(facts: T): T => {
    if (tail.cursor !== null) moved(tail.cursor);
    return facts;
  };
  const reading$ = new Observable<Fact>((reader) => {
    const beganMono = deps.nowMono();
    for (const fact of noted(tail.begin())) reader.next(fact);
    problem = null;
    if (tail.cursor === null) throw NOTHING_YET;
    return tail.follow(
      (facts) => {
        for (const fact of noted(facts)) reader.next(fact);
      },
      (because) => {
        if (deps.nowMono() - beganMono >= LIVED_MS) failures = 0;
        reader.error(because);
      },
    );
  });
  const kept$ = reading$.pipe(
    retry({
      delay: (error: unknown) => {
        if (error !== NOTHING_YET) say(error);
        return timer(backoff(AGAIN_MS, LONGEST_MS, failures++));
      },
    }),
  );
  const isRead$ = new BehaviorSubject(true);
  const subscription = isRead$.pipe(switchMap((isRead) => (isRead ? timer(0).pipe(switchMap(() => kept$)) : EMPTY))).subscribe({
    next: (fact) => subscriber.next(fact),
    error: (error) => subscriber.error(error),
  });
  return {
    run: run.id,
    attempt: run.attempt?.number ?? 0,
    unit,
    stop: () => subscription.unsubscribe(),
    drain: () => {
      isRead$.next(false);
      try {
        return noted(tail.drain());
      } catch (error) {
        say(error);
        return [];
      } finally {
        // The attempt may live on if only its wrapper died.
        isRead$.next(true);
      }
    },
  };
}
