import type { Fact, ProcessIdentity, RunSpec, Signal } from '../../../src/core/model/facts.ts';
import type { Recovery } from '../../../src/core/model/recovery.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { GIB } from '../../kit/core/disks.ts';
import { specWith } from '../../kit/core/world.ts';
import { fraction } from '../programs/chance.ts';
import type { PlannedRun, Program } from '../programs/program.ts';
import { AttemptProcesses } from './attempt.ts';
import { Clock } from './clock.ts';
import { DYING, FINISHING } from './lives.ts';
import { Disk } from './memory-store.ts';
import { Volume } from './volume.ts';

/** What is true of a run's job, whatever anybody says. */
export interface Truth {
  commits: number;
  progress: number;
  /** Contents of its files that were never seen before. */
  files: number;
  isFinished: boolean;
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

/** The machine as it really is: its clock, its processes, its disk, and what lies on that. */
export class Machine {
  readonly clock = new Clock();
  readonly disk = new Disk();
  readonly volume = new Volume(this.clock);
  readonly program: Program;
  readonly attempts: AttemptProcesses[] = [];
  readonly menders: Mender[] = [];
  /** Attempts and recovery agents whose number was claimed, by whom. */
  readonly claims = new Map<string, 'shim' | 'nobody'>();
  readonly inbox = new Map<string, Request>();
  readonly truths = new Map<string, Truth>();
  /** Of which refusals the agents of each account spoke. */
  readonly #saidOf = new Set<string>();
  /** Runs that an older copy of the state did not know. */
  readonly forgotten = new Set<string>();
  boot = 1;
  credentials = 'key-1';
  /** Since when the present watchdog is at work, and when the disk was measured last (ms since the program began). */
  watchedMs = Number.NEGATIVE_INFINITY;
  measuredMs = Number.NEGATIVE_INFINITY;
  startsFail = new Map<string, number>();
  endsFail = new Map<string, number>();
  channelDownUntilMs = 0;
  /** Told when a process or the inbox changes. */
  heard: (what: AttemptProcesses | Mender | Request) => void = () => undefined;
  #pid = 100;
  #chances = 0;
  #requests = 0;

  isOff = false;
  #offUntilMs = 0;

  constructor(program: Program) {
    this.program = program;
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

  specOf({ name, account, hasCheck, isForeign, maxResumes }: PlannedRun): RunSpec {
    const done = hasCheck ? { check: 'make test' } : {};
    return specWith({ name, account, adopted: isForeign, paths: ['/work'], done, policy: { maxResumes } });
  }

  truthOf(run: string): Truth {
    const known = this.truths.get(run) ?? { commits: 0, progress: 0, files: 0, isFinished: false, lives: 0, mendings: 0 };
    this.truths.set(run, known);
    return known;
  }

  /** Whether anybody can see now what a run's job has come to. */
  seesEvidence(run: string): boolean {
    return this.clock.nowMs >= (this.planOf(run).evidenceFromMs ?? 0);
  }

  said(run: string, signals: readonly Signal[]): void {
    for (const { kind } of signals) if (kind === 'limit' || kind === 'auth') this.#saidOf.add(`${this.planOf(run).account}/${kind}`);
  }

  hasSaid(account: string, kind: 'limit' | 'auth'): boolean {
    return this.#saidOf.has(`${account}/${kind}`);
  }

  /** The next life of a run begins. */
  start(run: string, attempt: number): AttemptProcesses {
    const truth = this.truthOf(run);
    const plan = this.planOf(run);
    const life = plan.lives[truth.lives] ?? (plan.lastLife === 'dies' ? DYING : FINISHING);
    truth.lives += 1;
    const processes = new AttemptProcesses(this, run, attempt, life);
    this.attempts.push(processes);
    return processes;
  }

  attempt(run: string, attempt: number): AttemptProcesses | null {
    return this.attempts.findLast((one) => one.run === run && one.attempt === attempt) ?? null;
  }

  /** A living process of a run that is not of the attempt which is to be replaced: an older copy of the state does not know it. */
  strayOf({ id, attempt }: Run): string | null {
    const replaced = attempt === null ? null : this.attempt(id, attempt.number);
    const stray = this.attempts.find((one) => one.run === id && one !== replaced && one.isAnythingLeft);
    if (stray !== undefined) return `attempt ${stray.attempt}`;
    const mender = this.menders.find((one) => one.run === id && one.isAlive);
    return mender === undefined ? null : `recovery agent ${mender.number}`;
  }

  /** A copy of the whole state; called, it is put back. */
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

  /** A recovery agent is at work, and does what is planned. */
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

  /** A file in the inbox. */
  request(factOf: (request: string) => Fact): void {
    this.#requests += 1;
    const id = `request-${this.#requests}`;
    const request = { id, fact: factOf(id) };
    this.inbox.set(id, request);
    this.heard(request);
  }

  /** So full, or read-only, that nothing may be started, and was when it was measured last: a watchdog measures it first of all. */
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

  /** What somebody does now, or once the machine is on again. */
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

  /** Its clock is set: who hears the events of the engine sees that at once. */
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
    this.boot += 1;
    this.clock.bootMs = this.clock.nowMs - 10_000;
  }
}

const CRITICAL_BYTES = 5 * GIB;

export const idOf = (name: string): string => `${name}-1`;
