import type { Decision } from '../../../src/core/decision.ts';
import type { Action } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import type { Notice } from '../../../src/core/notices/notice.ts';
import type { Event } from '../programs/program.ts';
import type { Machine } from '../world/machine.ts';
import type { MemoryStore } from '../world/memory-store.ts';
import { againstItsBudget, againstItsState, endsTheLiving, heldByChild, type Seen, saysMoreThanIsKnown } from './invariants.ts';
import type { Trace } from './trace.ts';
import { againstTheUnknown, missesAloud } from './unknown.ts';

/** What must never happen, and did. `invariant` is its number in the design; 0: the program itself broke. */
export class Broken extends Error {
  readonly invariant: number;

  constructor(invariant: number, what: string) {
    super(`invariant ${invariant}: ${what}`);
    this.invariant = invariant;
  }
}

/** Sees all that is decided and done, knows what is true, and stops the program where an invariant is broken. */
export class Monitor {
  readonly trace: Trace;
  decisions = 0;
  broken: Broken | null = null;
  readonly seen = new Map<string, Seen>();
  /** Those news that do not come as they should, the first first. */
  news: (Event & { kind: 'news' })['how'][] = [];
  /** Exits that are told twice from now on. */
  doubles = 0;
  readonly #machine: Machine;
  /** Lines of each attempt that were taken in, as it is in memory and as it is on disk. */
  readonly #read = new Map<string, number>();
  /** What was seen of each run when it was last written to the disk: a kill takes the world back to that. */
  readonly #onDisk = new Map<string, Seen>();
  #store: MemoryStore | null = null;
  /** Of what is read now, lines are missing. */
  #isMissing = false;

  constructor(machine: Machine, trace: Trace) {
    this.#machine = machine;
    this.trace = trace;
    machine.disk.kept = (run) => this.#kept(run);
  }

  /** The first that was broken counts; the pipeline is left by an exception, which says nothing new. */
  breaks(invariant: number, what: string): never {
    this.broken ??= new Broken(invariant, what);
    throw this.broken;
  }

  /** The program itself is broken. */
  notes(what: string): void {
    this.broken ??= new Broken(0, what);
  }

  /** A watchdog begins with what is on disk. */
  begins(store: MemoryStore): void {
    this.#store = store;
    this.#machine.watchedMs = this.#machine.clock.nowMs;
    this.#read.clear();
    for (const run of store.disk.runs.values())
      for (const [path, { offset }] of Object.entries(run.cursors)) this.#read.set(path, Math.max(offset, this.#read.get(path) ?? 0));
    this.seen.clear();
    for (const [id, seen] of this.#onDisk) this.seen.set(id, { ...seen });
  }

  /** What is remembered of the runs as they are on disk; called, it goes back to that with an older copy of the state. */
  copy(): () => void {
    const before = [...this.#onDisk].map(([id, seen]) => [id, { ...seen }] as const);
    return () => {
      this.#onDisk.clear();
      for (const [id, seen] of before) this.#onDisk.set(id, seen);
    };
  }

  nextNews(): 'lost' | 'twice' | 'late' | null {
    const how = this.news.shift() ?? null;
    if (how === 'twice') this.doubles += 1;
    return how;
  }

  reads(run: string, attempt: number, from: number, to: number, isMissing: boolean): void {
    this.#isMissing = isMissing;
    const path = `/state/${run}/${attempt}/log`;
    const known = this.#read.get(path) ?? 0;
    if (from < known) this.breaks(9, `line ${from + 1} of ${path} is read twice`);
    if (from > known) this.breaks(9, `line ${known + 1} of ${path} is lost`);
    this.#read.set(path, to);
  }

  decides(decided: Decision): void {
    this.decisions += 1;
    if (decided.kind === 'host') this.trace.decidedHost(decided, this.#machine.clock.nowMs);
    if (decided.kind !== 'run') return;
    const { run, observation } = decided;
    this.trace.decided(decided, this.#machine.clock.nowMs);
    const seen = this.seen.get(run.id) ?? newlySeen(run);
    const broken =
      againstItsState(seen, decided) ??
      againstItsBudget(seen, decided, this.#machine) ??
      endsTheLiving(decided, this.#machine) ??
      heldByChild(decided, this.#machine) ??
      saysMoreThanIsKnown(decided, this.#machine) ??
      againstTheUnknown(seen, decided, this.#machine) ??
      missesAloud(observation, decided.because, this.#isMissing);
    if (observation.kind === 'log.read') this.#isMissing = false;
    if (broken !== null) this.breaks(broken.invariant, `${broken.what} (${run.id}, ${observation.kind}: ${decided.because})`);
    seen.run = run;
    this.seen.set(run.id, seen);
  }

  performs(action: Action): void {
    if (this.#store?.isKept(action.id) !== true) this.breaks(3, `${action.kind} ${action.id} is performed and is not on disk`);
  }

  /** A process of a run is about to be started. */
  starts(run: string, what: string): void {
    const attempt = this.#machine.attempts.find((one) => one.run === run && one.isAnythingLeft);
    if (attempt !== undefined) this.breaks(1, `${what} of ${run} is started while attempt ${attempt.attempt} lives`);
    const mender = this.#machine.menders.find((one) => one.run === run && one.isAlive);
    if (mender !== undefined) this.breaks(1, `${what} of ${run} is started while recovery agent ${mender.number} lives`);
    this.trace.happened(`${what} of ${run} is started`, this.#machine.clock.nowMs);
  }

  readonly removes = (image: string, forbidden: string | null): void => {
    if (forbidden !== null) this.breaks(6, `the image ${image.slice(0, 15)} is removed, and ${forbidden}`);
  };

  delivers({ cause }: Notice): void {
    this.trace.happened(`a person is told: ${cause}`, this.#machine.clock.nowMs);
  }

  #kept(run: Run): void {
    const seen = this.seen.get(run.id);
    if (seen !== undefined) this.#onDisk.set(run.id, { ...seen, run });
    const path = `/state/${run.id}/${run.attempt?.number ?? 0}/log`;
    const offset = run.cursors[path]?.offset ?? 0;
    if (offset > (this.#read.get(path) ?? 0)) this.breaks(9, `${path} is on disk as read further than it was`);
  }
}

const newlySeen = (run: Run): Seen => ({
  run,
  isPaused: false,
  isStopped: false,
  isHandedOff: false,
  isFlooder: false,
  known: [],
  todos: 0,
});
