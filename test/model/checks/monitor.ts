import type { Decision } from '../../../src/core/decision.ts';
import type { Action } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import type { Notice } from '../../../src/core/notices/notice.ts';
import type { Event } from '../programs/program.ts';
import type { Machine } from '../world/machine.ts';
import type { MemoryStore } from '../world/memory-store.ts';
import type { Surroundings } from '../world/standbys/standby.ts';
import { asksRight } from './asks.ts';
import { keepsItsCap } from './caps.ts';
import { keepsTheDay } from './days.ts';
import {
  againstItsBudget,
  againstItsState,
  type BrokenRule,
  endsTheLiving,
  heldByChild,
  type Seen,
  saysMoreThanIsKnown,
} from './invariants.ts';
import { goesNowhere } from './nowhere.ts';
import { standsBy } from './standbys.ts';
import { Starts } from './starts.ts';
import type { Trace } from './trace.ts';
import { againstTheUnknown, missesAloud } from './unknown.ts';
import { waits } from './waits.ts';

/**
 * A broken invariant. `invariant` is its number in the design, or 0 if the program itself failed.
 */
export class Broken extends Error {
  readonly invariant: number;

  constructor(invariant: number, what: string) {
    super(`invariant ${invariant}: ${what}`);
    this.invariant = invariant;
  }
}

/**
 * Sees everything that is decided and done, knows what is true, and stops the program when an
 * invariant is broken.
 */
export class Monitor {
  readonly trace: Trace;
  decisions = 0;
  broken: Broken | null = null;
  readonly seen = new Map<string, Seen>();
  /** How the next observations fail to arrive normally, in order. */
  deliveries: (Event & { kind: 'delivery' })['how'][] = [];
  /** How many exits are still to be reported twice. */
  doubles = 0;
  readonly #starts: Starts;
  readonly #machine: Machine;
  /** The lines read of each attempt, in memory and on disk. */
  readonly #read = new Map<string, number>();
  /**
   * What was seen of each run when it was last written to disk. A kill takes the world back to
   * this.
   */
  readonly #onDisk = new Map<string, Seen>();
  /** What was remembered when a run was decided to be so: it may be stored later, or never. */
  readonly #asDecided = new WeakMap<Run, Seen>();
  #store: MemoryStore | null = null;
  /** Lines are missing from what is being read. */
  #isMissing = false;

  constructor(machine: Machine, trace: Trace) {
    this.#machine = machine;
    this.trace = trace;
    machine.disk.kept = (run) => this.#kept(run);
    this.#starts = new Starts(machine);
    machine.breaks = (invariant, what) => this.breaks(invariant, what);
    machine.claimed = (key) => this.#claims(key);
    machine.disk.acted = (action, run) => this.#starts.decided(action, run);
  }

  /** The first violation counts. The exception that leaves the pipeline adds nothing. */
  breaks(invariant: number, what: string): never {
    this.broken ??= new Broken(invariant, what);
    throw this.broken;
  }

  /** The program itself failed. */
  notes(what: string): void {
    this.broken ??= new Broken(0, what);
  }

  /** A watchdog starts with what is on disk. */
  begins(store: MemoryStore): void {
    this.#store = store;
    this.#machine.watchedMs = this.#machine.clock.nowMs;
    this.#read.clear();
    for (const run of store.disk.runs.values())
      for (const [path, { offset }] of Object.entries(run.cursors)) this.#read.set(path, Math.max(offset, this.#read.get(path) ?? 0));
    this.seen.clear();
    for (const [id, seen] of this.#onDisk) this.seen.set(id, { ...seen });
  }

  /**
   * Remembers the runs as they are on disk. Calling the result goes back to them, together with an
   * older copy of the state.
   */
  copy(): () => void {
    const before = [...this.#onDisk].map(([id, seen]) => [id, { ...seen }] as const);
    const starts = this.#starts.copy();
    return () => {
      starts();
      this.#onDisk.clear();
      for (const [id, seen] of before) this.#onDisk.set(id, seen);
    };
  }

  nextDelivery(): 'lost' | 'twice' | 'late' | null {
    const how = this.deliveries.shift() ?? null;
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
      goesNowhere(seen, decided, this.#machine) ??
      waits(seen, decided, this.#machine) ??
      asksRight(seen, decided, this.#machine) ??
      keepsItsCap(seen, decided, this.#machine) ??
      keepsTheDay(seen, this.seen, decided, this.#machine) ??
      heldByChild(decided, this.#machine) ??
      saysMoreThanIsKnown(decided, this.#machine) ??
      againstTheUnknown(seen, decided, this.#machine) ??
      missesAloud(observation, decided.because, this.#isMissing) ??
      standsBy(decided, this.#machine);
    if (observation.kind === 'log.read') this.#isMissing = false;
    if (broken !== null) this.breaks(broken.invariant, `${broken.what} (${run.id}, ${observation.kind}: ${decided.because})`);
    seen.run = run;
    this.seen.set(run.id, seen);
    this.#asDecided.set(run, { ...seen });
  }

  performs(action: Action): void {
    if (this.#store?.isKept(action.id) !== true) this.breaks(3, `${action.kind} ${action.id} is performed and is not on disk`);
  }

  /** A process of a run is about to start. */
  starts(run: string, what: string): void {
    const attempt = this.#machine.attempts.find((one) => one.run === run && one.isAnythingLeft);
    if (attempt !== undefined) this.breaks(1, `${what} of ${run} is started while attempt ${attempt.attempt} lives`);
    const mender = this.#machine.menders.find((one) => one.run === run && one.isAlive);
    if (mender !== undefined) this.breaks(1, `${what} of ${run} is started while recovery agent ${mender.number} lives`);
    this.trace.happened(`${what} of ${run} is started`, this.#machine.clock.nowMs);
  }

  /** The number of an attempt is claimed. */
  #claims(key: string): void {
    this.#holds(this.#starts.claims(key));
  }

  /** An attempt that was claimed begins, in these surroundings. */
  startsAttempt(run: string, attempt: number, got: Surroundings): void {
    this.starts(run, `attempt ${attempt}`);
    this.#holds(this.#starts.begins(run, attempt, got));
  }

  #holds(broken: BrokenRule | null): void {
    if (broken !== null) this.breaks(broken.invariant, broken.what);
  }

  readonly removes = (image: string, forbidden: string | null): void => {
    if (forbidden !== null) this.breaks(6, `the image ${image.slice(0, 15)} is removed, and ${forbidden}`);
  };

  delivers(notice: Notice): void {
    this.trace.happened(`a person is notified: ${notice.cause}`, this.#machine.clock.nowMs);
    this.#machine.person.reads(notice);
  }

  #kept(run: Run): void {
    const seen = this.#asDecided.get(run) ?? this.seen.get(run.id);
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
