import type { Fact, ProcessIdentity, RunSpec, Signal } from '../../../src/core/model/facts.ts';
import type { Recovery } from '../../../src/core/model/recovery.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { parseHours } from '../../../src/settings/hours/parse.ts';
import { GIB } from '../../kit/core/disks.ts';
import { BEGIN } from '../../kit/core/simulation.ts';
import { specWith } from '../../kit/core/world.ts';
import { fraction } from '../programs/chance.ts';
import { type AtCommit, groupsIn } from '../programs/groups.ts';
import type { PlannedRun, Program } from '../programs/program.ts';
import type { AtStart } from '../programs/standbys.ts';
import { AttemptProcesses } from './attempt.ts';
import { Clock } from './clock.ts';
import { DYING, FINISHING } from './lives.ts';
import { Disk } from './memory-store.ts';
import { Person } from './person.ts';
import { Standbys } from './standbys/standby.ts';
import { Volume } from './volume.ts';

/** The truth about a run's job, whatever anyone claims. */
export interface Truth {
  commits: number;
  progress: number;
  /** How many contents of its files had not been seen before. */
  files: number;
  /** The most todos that were done. */
  todos: number;
  isFinished: boolean;
  /** When its last result came about, of any kind (ms since the program began). */
  changedMs: number;
  lives: number;
  mendings: number;
}

export interface Request {
  readonly id: string;
  readonly fact: Fact;
}

export interface Mender {
  readonly run: string;
  readonly number: Recovery['number'];
  readonly shim: ProcessIdentity;
  isAlive: boolean;
}

/** The real machine: its clock, its processes, its disk and what is stored there. */
export class Machine {
  readonly clock = new Clock();
  readonly disk = new Disk();
  readonly volume = new Volume(this.clock);
  readonly standbys = new Standbys(this.clock);
  readonly program: Program;
  readonly attempts: AttemptProcesses[] = [];
  readonly menders: Mender[] = [];
  /** Attempts and recovery agents whose number is claimed, and by what. */
  readonly claims = new Map<string, 'shim' | 'nobody'>();
  readonly inbox = new Map<string, Request>();
  readonly truths = new Map<string, Truth>();
  /** The refusals that each account's agents reported. */
  readonly #saidOf = new Set<string>();
  /** What happens at the next starts, in order, and how. */
  readonly atStarts: AtStart[] = [];
  /** What happens when decisions are next stored together, in order. */
  readonly atCommits: AtCommit[] = [];
  /** For how long decisions wait for others at most (ms). */
  readonly waitsMs: number;
  starting: (how: AtStart) => void = () => undefined;
  /** Called with each number that is claimed. */
  claimed: (key: string) => void = () => undefined;
  /** Runs that an older copy of the state did not know. */
  readonly forgotten = new Set<string>();
  boot = 1;
  credentials = 'key-1';
  /**
   * When the current watchdog started, and when the disk was last measured (ms since the program
   * began).
   */
  watchedMs = Number.NEGATIVE_INFINITY;
  measuredMs = Number.NEGATIVE_INFINITY;
  startsFail = new Map<string, number>();
  endsFail = new Map<string, number>();
  channelDownUntilMs = 0;
  /** When a watchdog last started, ended, stopped or went on (ms since the program began). */
  disturbedMs = 0;
  /** A watchdog runs now. */
  isWatched = false;
  readonly person: Person;
  /** Called when what happens breaks a rule. */
  breaks: (invariant: number, what: string) => void = () => undefined;
  /** Called when a process or the inbox changes. */
  heard: (what: AttemptProcesses | Mender | Request) => void = () => undefined;
  #pid = 100;
  #chances = 0;
  #requests = 0;

  isOff = false;
  #offUntilMs = 0;

  constructor(program: Program) {
    this.program = program;
    this.person = new Person(this);
    this.waitsMs = groupsIn(program.seed);
    this.volume.engine.bootId = () => this.bootId;
  }

  get bootId(): string {
    return `boot-${this.boot}`;
  }

  newProcess(): ProcessIdentity {
    this.#pid += 1;
    return { bootId: this.bootId, pid: this.#pid, startTicks: this.#pid * 100 };
  }

  /** 0 ≤ chance < 1, the same at the same place of the same program. */
  chance(): number {
    this.#chances += 1;
    return fraction(this.program.seed, this.#chances);
  }

  planOf(run: string): PlannedRun {
    return this.program.runs.find(({ name }) => run === idOf(name))!;
  }

  specOf({ name, account, hasCheck, isForeign, maxResumes, spending, waits = {}, asks }: PlannedRun): RunSpec {
    const done = hasCheck ? { check: 'make test' } : {};
    const hours = waits.hours === undefined ? null : parseHours(waits.hours.text, 'UTC', BEGIN);
    const caps =
      spending === undefined
        ? {}
        : spending.says === 'tokens-alone'
          ? { maxTokens: spending.cap * 1000 }
          : { maxCostMicros: spending.cap * 1e6 };
    const policy = {
      ...caps,
      maxResumes,
      hours,
      hoursLiving: waits.hours?.living ?? 'turn',
      limitReservePercent: waits.reservePercent ?? 0,
      ...(asks !== undefined && { asks: true, permissionGraceMs: asks.graceMs }),
    } as const;
    return specWith({ name, account, adopted: isForeign, paths: ['/work'], done, policy });
  }

  truthOf(run: string): Truth {
    const known = this.truths.get(run) ?? {
      commits: 0,
      progress: 0,
      files: 0,
      todos: 0,
      changedMs: 0,
      isFinished: false,
      lives: 0,
      mendings: 0,
    };
    this.truths.set(run, known);
    return known;
  }

  /** Whether a run's progress can be seen now. */
  seesEvidence(run: string): boolean {
    return this.clock.nowMs >= (this.planOf(run).evidenceFromMs ?? 0);
  }

  said(run: string, signals: readonly Signal[]): void {
    for (const { kind } of signals) if (kind === 'limit' || kind === 'auth') this.#saidOf.add(`${this.planOf(run).account}/${kind}`);
  }

  hasSaid(account: string, kind: 'limit' | 'auth'): boolean {
    return this.#saidOf.has(`${account}/${kind}`);
  }

  /** Exclusive: returns false if it is claimed already. */
  claim(key: string): boolean {
    if (this.claims.has(key)) return false;
    this.claims.set(key, 'shim');
    this.claimed(key);
    return true;
  }

  /** Starts the next life of a run. */
  start(run: string, attempt: number, shim = this.newProcess()): AttemptProcesses {
    const truth = this.truthOf(run);
    const plan = this.planOf(run);
    const life = plan.lives[truth.lives] ?? (plan.lastLife === 'dies' ? DYING : FINISHING);
    truth.lives += 1;
    const processes = new AttemptProcesses(this, run, attempt, life, shim);
    this.attempts.push(processes);
    return processes;
  }

  attempt(run: string, attempt: number): AttemptProcesses | null {
    return this.attempts.findLast((one) => one.run === run && one.attempt === attempt) ?? null;
  }

  /**
   * A living process of a run that does not belong to the attempt to be replaced: an older copy of
   * the state does not know it.
   */
  strayOf({ id, attempt }: Run): string | null {
    const replaced = attempt === null ? null : this.attempt(id, attempt.number);
    const stray = this.attempts.find((one) => one.run === id && one !== replaced && one.isAnythingLeft);
    if (stray !== undefined) return `attempt ${stray.attempt}`;
    const mender = this.menders.find((one) => one.run === id && one.isAlive);
    return mender === undefined ? null : `recovery agent ${mender.number}`;
  }

  /** Copies the complete state. Calling the result puts it back. */
  copy(): () => void {
    const disk = this.disk.copy();
    const claims = [...this.claims];
    return () => {
      disk();
      this.claims.clear();
      for (const [key, by] of claims) this.claims.set(key, by);
      for (const { name } of this.program.runs) if (!this.disk.runs.has(idOf(name))) this.forgotten.add(name);
    };
  }

  /** Starts a recovery agent, which does what is planned. */
  mend(run: string, number: number): Mender {
    const mender: Mender = { run, number, shim: this.newProcess(), isAlive: true };
    this.menders.push(mender);
    const truth = this.truthOf(run);
    const plan = this.planOf(run).mendings[truth.mendings % 3]!;
    truth.mendings += 1;
    this.clock.after(plan.afterMs, () => {
      if (!mender.isAlive || plan.says === 'hangs') return;
      const { says } = plan;
      if (says !== 'nothing')
        this.request((request) => ({ kind: 'recovery.spoke', run, request, recovery: number, genuine: true, says, because: 'so' }));
      this.clock.after(2000, () => this.endMender(mender));
    });
    return mender;
  }

  endMender(mender: Mender): void {
    if (!mender.isAlive) return;
    mender.isAlive = false;
    this.heard(mender);
  }

  /** Puts a file into the inbox. */
  request(factOf: (request: string) => Fact): string {
    this.#requests += 1;
    const id = `request-${this.#requests}`;
    const request = { id, fact: factOf(id) };
    this.inbox.set(id, request);
    this.heard(request);
    return id;
  }

  /**
   * Whether the disk was too full, or read-only, for a start when it was last measured. A watchdog
   * measures it before anything else.
   */
  isTooFull({ spec }: Run): boolean {
    const { availableBytes, isReadOnly, changedMs } = this.volume;
    return (
      spec.paths.length > 0 && (isReadOnly || availableBytes < CRITICAL_BYTES) && Math.max(this.watchedMs, this.measuredMs) > changedMs
    );
  }

  get isFull(): boolean {
    return this.volume.availableBytes < CRITICAL_BYTES;
  }

  changed(attempt: AttemptProcesses): void {
    this.heard(attempt);
  }

  /** Runs this now, or as soon as the machine is on again. */
  whenOn(happen: () => void): void {
    if (this.isOff) this.clock.after(this.#offUntilMs - this.clock.nowMs, () => this.whenOn(happen));
    else happen();
  }

  switchOff(forMs: number): void {
    this.reboot();
    this.isOff = true;
    this.#offUntilMs = this.clock.nowMs + forMs;
    this.clock.after(forMs, () => {
      this.isOff = false;
      this.clock.bootMs = this.clock.nowMs - 10_000;
    });
  }

  runContainer({ image, forMs }: { readonly image: number; readonly forMs: number }): void {
    const { engine } = this.volume;
    const name = engine.run(image);
    this.clock.after(forMs, () => this.whenOn(() => engine.end(name)));
  }

  /** Sets the clock. Watchdogs that receive the engine's events notice at once. */
  setClock(byMs: number): void {
    const { engine } = this.volume;
    if (engine.isWatched()) engine.look();
    this.clock.skewMs += byMs;
    if (engine.isWatched()) engine.look();
  }

  reboot(): void {
    this.volume.engine.powerOff();
    for (const attempt of this.attempts) {
      attempt.isMainAlive = false;
      attempt.isAgentAlive = false;
      attempt.isToolAlive = false;
    }
    for (const mender of this.menders) mender.isAlive = false;
    this.standbys.killAll();
    this.boot += 1;
    this.clock.bootMs = this.clock.nowMs - 10_000;
  }
}

const CRITICAL_BYTES = 5 * GIB;

export const idOf = (name: string): string => `${name}-1`;
