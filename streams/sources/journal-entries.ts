import { Observable, type Subscriber } from 'rxjs';
import type { Fact } from '../../src/core/model/facts.ts';
import { isActive, type Run } from '../../src/core/model/run.ts';
import { errorMessage } from '../../src/core/values/error-message.ts';
import type { JournalTail } from '../../src/logs/journal-tail.ts';

/** journalctl dies of a journal that is rotated faster than it reads; it is started again after this, doubled up to the longest. */
const AGAIN_MS = 1000;
const LONGEST_MS = 60_000;
/** One that lived for so long is started again at once. */
const LIVED_MS = 30_000;

type Tail = Pick<JournalTail, 'begin' | 'follow' | 'drain' | 'cursor'>;

export interface JournalEntriesDeps {
  /** Null: what the operator named is no unit. */
  tail(run: Run, unit: string, cursor: string | null): Tail | null;
  nowMono(): number;
  report(problem: string): void;
}

export interface JournalEntries {
  readonly facts$: Observable<Fact>;
  /** Reads all journals of a run to their ends now, so that everything its agent said is known before its death is. */
  readonly drain: (run: Run) => readonly Fact[];
}

/** What units write to the journal that are logs of active runs, as facts. */
export function journalEntries(changed$: Observable<Run>, deps: JournalEntriesDeps): JournalEntries {
  const followed = new Map<string, Follower>();
  const cursors = new Map<string, string>();
  const facts$ = new Observable<Fact>((subscriber) => {
    const follow = (run: Run): void => {
      const units = isActive(run) && run.attempt !== null ? run.spec.journals : [];
      for (const [key, old] of followed)
        if (old.run === run.id && (old.attempt !== run.attempt?.number || !units.includes(old.unit))) {
          old.stop();
          followed.delete(key);
        }
      for (const unit of units) {
        const key = `${run.id} ${unit}`;
        if (followed.has(key)) continue;
        const tail = deps.tail(run, unit, cursors.get(key) ?? run.journals[unit] ?? null);
        if (tail !== null) followed.set(key, new Follower(run, unit, tail, subscriber, deps, (cursor) => cursors.set(key, cursor)));
      }
      if (!isActive(run)) for (const unit of run.spec.journals) cursors.delete(`${run.id} ${unit}`);
    };
    subscriber.add(() => {
      for (const one of followed.values()) one.stop();
      followed.clear();
    });
    subscriber.add(changed$.subscribe({ next: follow, error: (error) => subscriber.error(error) }));
  });
  return { facts$, drain: (run) => run.spec.journals.flatMap((unit) => followed.get(`${run.id} ${unit}`)?.drain() ?? []) };
}

/** Keeps one journal followed. */
class Follower {
  readonly run: string;
  readonly attempt: number;
  readonly unit: string;
  readonly #tail: Tail;
  readonly #subscriber: Subscriber<Fact>;
  readonly #deps: JournalEntriesDeps;
  readonly #moved: (cursor: string) => void;
  #stop: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #waitMs = AGAIN_MS;
  #problem: string | null = null;

  constructor(run: Run, unit: string, tail: Tail, subscriber: Subscriber<Fact>, deps: JournalEntriesDeps, moved: (cursor: string) => void) {
    this.run = run.id;
    this.attempt = run.attempt?.number ?? 0;
    this.unit = unit;
    this.#tail = tail;
    this.#subscriber = subscriber;
    this.#deps = deps;
    this.#moved = moved;
    this.#beginIn(0);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#stop?.();
    this.#stop = null;
  }

  drain(): readonly Fact[] {
    this.stop();
    try {
      return this.#noted(this.#tail.drain());
    } catch (error) {
      this.#say(error);
      return [];
    } finally {
      // The attempt may live on: it was only its wrapper that died.
      this.#beginIn(0);
    }
  }

  #begin(): void {
    this.#timer = null;
    const beganMono = this.#deps.nowMono();
    try {
      for (const fact of this.#noted(this.#tail.begin())) this.#subscriber.next(fact);
      this.#problem = null;
    } catch (error) {
      this.#say(error);
      this.#again();
      return;
    }
    // An empty journal: it is asked again for its end.
    if (this.#tail.cursor === null) this.#again();
    else this.#follow(beganMono);
  }

  #follow(beganMono: number): void {
    this.#stop = this.#tail.follow(
      (facts) => {
        for (const fact of this.#noted(facts)) this.#subscriber.next(fact);
      },
      (because) => {
        this.#stop = null;
        this.#say(because);
        if (this.#deps.nowMono() - beganMono >= LIVED_MS) this.#waitMs = AGAIN_MS;
        this.#again();
      },
    );
  }

  /** Later each time. */
  #again(): void {
    this.#beginIn(this.#waitMs);
    this.#waitMs = Math.min(LONGEST_MS, this.#waitMs * 2);
  }

  #beginIn(ms: number): void {
    this.#timer ??= setTimeout(() => this.#begin(), ms);
  }

  #noted<T extends readonly Fact[]>(facts: T): T {
    if (this.#tail.cursor !== null) this.#moved(this.#tail.cursor);
    return facts;
  }

  #say(error: unknown): void {
    const because = errorMessage(error);
    if (because !== this.#problem) this.#deps.report(`the journal of ${this.unit} can't be followed, which is tried again: ${because}`);
    this.#problem = because;
  }
}
