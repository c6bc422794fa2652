import { asyncScheduler, Observable, type SchedulerLike, type Subscription } from 'rxjs';
import { GONE } from '../../src/core/fleet/outbox.ts';
import type { Run } from '../../src/core/model/run.ts';
import { keyPart } from '../../src/fleet/keys.ts';

export interface ProjectionDeps {
  /** The row of a run, or null if it is not to have one (any more). */
  document(run: Run): string | null;
  /** What the rows of the runs are made of besides: another text, if it has changed. */
  around(): string;
  /** Active runs, as they are now. */
  active(): readonly Run[];
  /** Where the other runs are found, and one of them. */
  places(): readonly number[];
  runAt(place: number): Run | null;
  /** The keys that have a row. */
  keys(): Iterable<string>;
  changed(documents: ReadonlyMap<string, string>): void;
  /** All runs have been projected for the first time. */
  ready(): void;
  report(problem: string): void;
  /** A clock for how long something takes, in ms. */
  clockMs(): number;
  readonly scheduler?: SchedulerLike;
}

/** What follows from a decision at once is one change, and is done before it. */
const SOON_MS = 20;
/** From one look at the changed runs to the next. */
const EVERY_MS = 200;
/** A look takes no longer than this: something may die meanwhile. */
const MOST_MS = 4;
/** Time passes for some rows without a decision: so often all are made anew. */
const ALL_MS = 3_600_000;

interface Known {
  readonly id: string;
  readonly generation: number;
}

/**
 * The rows of the runs, made of what is stored of them. That a run has changed is only noted with
 * its decision, and its row is made later: it is not part of the transaction. Whatever was noted is
 * lost with the program, so at its start the rows of all runs are made before anything is sent.
 */
export class Projection {
  readonly #deps: ProjectionDeps;
  readonly #scheduler: SchedulerLike;
  /** The newest of each run that has changed. */
  readonly #changed = new Map<string, Run>();
  readonly #removed = new Set<string>();
  /** Places that have still to be looked at, the next one last. */
  #places: number[] | null = null;
  readonly #known = new Map<string, Known>();
  /** Keys that this look at all runs has found. */
  #found = new Set<string>();
  #around = '';
  #isReady = false;
  #timer: Subscription | null = null;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #isRunning = false;

  constructor(deps: ProjectionDeps) {
    this.#deps = deps;
    this.#scheduler = deps.scheduler ?? asyncScheduler;
  }

  readonly projecting$: Observable<never> = new Observable(() => {
    this.#isRunning = true;
    let sweep: Subscription;
    const all = () => {
      this.#places = null;
      this.#found = new Set();
      for (const run of this.#deps.active()) this.#changed.set(run.id, run);
      this.#places = [...this.#deps.places()].reverse();
      this.#soon();
      sweep = this.#scheduler.schedule(all, ALL_MS);
    };
    all();
    return () => {
      this.#isRunning = false;
      sweep.unsubscribe();
      this.#timer?.unsubscribe();
    };
  });

  mark(run: Run): void {
    this.#changed.set(run.id, run);
    this.#soon();
  }

  remove(run: string): void {
    this.#changed.delete(run);
    this.#removed.add(run);
    this.#soon();
  }

  #soon(): void {
    if (!this.#isRunning || this.#timer !== null) return;
    const inMs = Math.max(SOON_MS, this.#lookedMs + EVERY_MS - this.#scheduler.now());
    this.#timer = this.#scheduler.schedule(
      () => {
        this.#timer = null;
        this.#look();
      },
      Math.min(inMs, EVERY_MS),
    );
  }

  #look(): void {
    const { around, active, changed, clockMs, report } = this.#deps;
    const untilMs = clockMs() + MOST_MS;
    const documents = new Map<string, string>();
    try {
      const words = around();
      if (words !== this.#around) for (const run of active()) if (!this.#changed.has(run.id)) this.#changed.set(run.id, run);
      this.#around = words;
      this.#takeRemoved(documents);
      for (const [id, run] of this.#changed) {
        this.#changed.delete(id);
        this.#project(run, documents);
        if (clockMs() >= untilMs) break;
      }
      while (this.#changed.size === 0 && this.#places !== null && clockMs() < untilMs) this.#next(this.#places, documents);
    } catch (error) {
      report(`a run could not be described to the fleet: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (documents.size > 0) changed(documents);
    const isMoreLeft = this.#changed.size > 0 || this.#places !== null;
    // The rest of a long look comes soon; another change waits.
    this.#lookedMs = isMoreLeft ? Number.NEGATIVE_INFINITY : this.#scheduler.now();
    if (isMoreLeft) this.#soon();
  }

  #next(places: number[], documents: Map<string, string>): void {
    const place = places.pop();
    if (place !== undefined) {
      const run = this.#deps.runAt(place);
      // What is active is as it is in memory.
      if (run !== null && !this.#found.has(keyPart(run.name))) this.#project(run, documents);
      return;
    }
    this.#places = null;
    for (const key of this.#deps.keys()) if (!this.#found.has(key)) documents.set(key, GONE);
    if (this.#isReady) return;
    this.#isReady = true;
    // What was found last is sent with the rest.
    this.#scheduler.schedule(() => this.#deps.ready(), 0);
  }

  #project(run: Run, documents: Map<string, string>): void {
    const key = keyPart(run.name);
    const known = this.#known.get(key);
    // The end of an attempt of an earlier run of that name.
    if (known !== undefined && known.generation > run.generation) return;
    const document = this.#deps.document(run);
    this.#found.add(key);
    if (document === null) {
      this.#known.delete(key);
      if (new Set(this.#deps.keys()).has(key)) documents.set(key, GONE);
      return;
    }
    this.#known.set(key, { id: run.id, generation: run.generation });
    documents.set(key, document);
  }

  #takeRemoved(documents: Map<string, string>): void {
    if (this.#removed.size === 0) return;
    for (const [key, { id }] of this.#known)
      if (this.#removed.has(id)) {
        this.#known.delete(key);
        documents.set(key, GONE);
      }
    this.#removed.clear();
  }
}
