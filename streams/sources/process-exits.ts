import { asyncScheduler, interval, Observable, type SchedulerLike, type Subscriber, type Subscription } from 'rxjs';
import type { Fact } from '../../src/core/model/facts.ts';
import type { Attempt, Run } from '../../src/core/model/run.ts';
import { errorMessage } from '../../src/core/values/error-message.ts';
import { type EndedAttempt, examineEnds, type PostMortem } from '../../src/launch/attempt/post-mortem.ts';
import { AttemptWatch, type Signs } from '../../src/launch/attempt/watch.ts';
import type { AttemptFiles } from '../../src/store/directory/layout.ts';
import type { TransientUnit } from '../../src/system/systemd/transient-unit.ts';
import { every, IDLE_MS } from '../operators/every.ts';

/**
 * How often attempts are checked whose end no FIFO reports, while there are any: those whose shim
 * or wrapper was killed before them, and those that another process started.
 */
const PACES_MS = { close: 20, foreign: 500 } as const;
/**
 * If a FIFO reports the end, each backstop look checks every other attempt: a lost end of file
 * costs ten seconds.
 */
const BACKSTOP_SLICES = 2;
/** This many deaths share one look at the machine. */
const AT_ONCE = 32;
/** How often watching is retried for attempts that could not be watched. */
const RETRY_MS = 1000;

export interface ProcessExitsDeps {
  /** The run's FIFO and the files of its present attempt, or null if dogwatch did not start it. */
  fifo(run: Run): string | null;
  files(run: Run): AttemptFiles | null;
  /** The systemd unit whose main process was adopted, or null if none was. */
  unit(run: Run): TransientUnit | null;
  /** What the logs still say: facts that must be known before the death is. */
  drain(run: Run): readonly Fact[];
  doneFile(run: Run): Fact | null;
  /** Whether the exit status says that a cap of the command itself is reached. */
  isCapped(run: Run, code: number): boolean;
  report(problem: string): void;
  readonly scheduler?: SchedulerLike;
  /** How deaths are detected; replaced only in tests. */
  readonly sight?: Sight;
}

interface Sight {
  watch(attempt: Attempt, signs: Signs, changed: () => void): Pick<AttemptWatch, 'pace' | 'look' | 'close'>;
  postMortems(deceased: readonly EndedAttempt[]): readonly PostMortem[];
}

const machine: Sight = { watch: (attempt, signs, changed) => new AttemptWatch(attempt, signs, changed), postMortems: examineEnds };

/**
 * Emits the end of each living attempt, once, and before it everything that its logs and its done
 * file say. The death of an attempt that dogwatch started, even under an earlier watchdog, is seen
 * within a millisecond. When a run's answer is that another process is its agent now, that one is
 * watched.
 */
export const processExits = (changed$: Observable<Run>, deps: ProcessExitsDeps): Observable<Fact> =>
  new Observable((subscriber) => {
    const deaths = new DeathWatch(subscriber, deps);
    subscriber.add(() => deaths.close());
    subscriber.add(changed$.subscribe({ next: deaths.guarded((run) => deaths.follow(run)), error: (error) => subscriber.error(error) }));
    subscriber.add(every(IDLE_MS, deps.scheduler ?? asyncScheduler).subscribe(deaths.guarded((turn) => deaths.backstop(turn))));
  });

interface Watched {
  run: Run;
  /** Identifies the process: an attempt whose agent has changed is watched anew. */
  readonly key: string;
  /** Null once it has died and that was reported. */
  watch: ReturnType<Sight['watch']> | null;
}

/** Watches the living attempts until it is closed. */
class DeathWatch {
  readonly #subscriber: Subscriber<Fact>;
  readonly #deps: ProcessExitsDeps;
  readonly #sight: Sight;
  readonly #watched = new Map<string, Watched>();
  /** Attempts that could not be watched (for lack of descriptors, say) and are retried. */
  readonly #unseen = new Map<string, Run>();
  #retries: Subscription | null = null;
  #dead: Watched[] = [];
  readonly #looks = new Map<keyof typeof PACES_MS, Subscription>();
  #pending: NodeJS.Immediate | null = null;

  constructor(subscriber: Subscriber<Fact>, deps: ProcessExitsDeps) {
    this.#subscriber = subscriber;
    this.#deps = deps;
    this.#sight = deps.sight ?? machine;
  }

  follow(run: Run): void {
    const before = this.#watched.get(run.id);
    const { attempt } = run;
    if (attempt?.alive !== true) {
      this.#forget(run.id);
      return;
    }
    const key = `${attempt.number}/${attempt.agent?.pid ?? ''}/${attempt.agent?.startTicks ?? ''}`;
    if (before?.key === key) before.run = run;
    else this.#begin(run, attempt, key);
  }

  #begin(run: Run, attempt: Attempt, key: string): void {
    const isNew = !this.#unseen.has(run.id);
    this.#forget(run.id);
    const watched: Watched = { run, key, watch: null };
    const files = this.#deps.files(run);
    const signs = { files, fifo: files && this.#deps.fifo(run) };
    const changed = this.guarded<void>(() => this.#settle(watched));
    try {
      watched.watch = this.#sight.watch(attempt, signs, changed);
    } catch (error) {
      const why = errorMessage(error);
      if (isNew) this.#deps.report(`attempt ${attempt.number} of ${run.name} can't be watched and is tried again: ${why}`);
      this.#unseen.set(run.id, run);
      this.#retry();
      return;
    }
    this.#watched.set(run.id, watched);
    this.#settle(watched);
  }

  /** Runs while there are attempts that could not be watched. */
  #retry(): void {
    this.#retries ??= every(RETRY_MS, this.#deps.scheduler ?? asyncScheduler).subscribe(
      this.guarded(() => {
        for (const run of [...this.#unseen.values()]) this.follow(run);
        if (this.#unseen.size > 0) return;
        this.#retries?.unsubscribe();
        this.#retries = null;
      }),
    );
  }

  /** Checks a slice of the attempts whose FIFO reports their end. */
  backstop(turn: number): void {
    let index = 0;
    for (const { watch } of this.#watched.values()) {
      index += 1;
      if (watch?.pace === 'signalled' && index % BACKSTOP_SLICES === turn % BACKSTOP_SLICES) watch.look();
    }
  }

  close(): void {
    for (const { watch } of this.#watched.values()) watch?.close();
    for (const looks of this.#looks.values()) looks.unsubscribe();
    this.#retries?.unsubscribe();
    if (this.#pending !== null) clearImmediate(this.#pending);
  }

  /** Rather than losing a death, the source fails as a whole and is opened again. */
  guarded<T>(look: (value: T) => void): (value: T) => void {
    return (value) => {
      try {
        look(value);
      } catch (error) {
        this.#subscriber.error(error);
      }
    };
  }

  #forget(id: string): void {
    const watched = this.#watched.get(id);
    watched?.watch?.close();
    this.#dead = this.#dead.filter((one) => one !== watched);
    this.#watched.delete(id);
    this.#unseen.delete(id);
  }

  #settle(watched: Watched): void {
    const pace = watched.watch?.pace;
    if (pace === 'close' || pace === 'foreign') this.#lookAt(pace);
    if (pace !== 'dead') return;
    this.#dead.push(watched);
    // Attempts that die at the same moment share one scan of the machine's processes.
    this.#pending ??= setImmediate(this.guarded<void>(() => this.#report()));
  }

  /** Checks all attempts of this pace, until there are none. */
  #lookAt(pace: keyof typeof PACES_MS): void {
    if (this.#looks.has(pace)) return;
    const look = () => {
      const watches = [...this.#watched.values()].flatMap(({ watch }) => (watch?.pace === pace ? watch : []));
      for (const watch of watches) watch.look();
      if (watches.length > 0) return;
      this.#looks.get(pace)?.unsubscribe();
      this.#looks.delete(pace);
    };
    this.#looks.set(pace, interval(PACES_MS[pace], this.#deps.scheduler ?? asyncScheduler).subscribe(this.guarded(look)));
  }

  #report(): void {
    this.#pending = null;
    // What follows from the first of many is done before the last ones are looked at.
    const dead = this.#dead.splice(0, AT_ONCE);
    if (this.#dead.length > 0) this.#pending = setImmediate(this.guarded<void>(() => this.#report()));
    for (const one of dead) one.watch = null;
    const found = this.#sight.postMortems(dead.map(({ run }) => deceased(run, this.#deps)));
    dead.forEach((one, index) => {
      for (const fact of lastWords(one.run, found[index]!, this.#deps)) this.#subscriber.next(fact);
    });
  }
}

const deceased = (run: Run, deps: ProcessExitsDeps): EndedAttempt => ({
  attempt: run.attempt!,
  agent: run.spec.agent,
  files: deps.files(run),
  unit: deps.unit(run),
});

function lastWords(run: Run, { exit, survivors, lastLine }: PostMortem, deps: ProcessExitsDeps): readonly Fact[] {
  const doneFile = deps.doneFile(run);
  const attempt = run.attempt!.number;
  const { code, signal, outOfMemory } = exit ?? { code: null, signal: null, outOfMemory: false };
  const exited: Fact = {
    kind: 'process.exited',
    run: run.id,
    attempt,
    code,
    signal,
    outOfMemory,
    survivors,
    ...(lastLine != null && { lastLine }),
    ...(code !== null && deps.isCapped(run, code) && { capped: true }),
  };
  return [...deps.drain(run), ...(doneFile === null ? [] : [doneFile]), exited];
}
