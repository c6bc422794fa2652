import type { DiskFact } from '../../../src/core/model/disk.ts';
import type { Fact, Survivor } from '../../../src/core/model/facts.ts';
import type { HostFact } from '../../../src/core/model/host.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { isRecovering } from '../../../src/core/recovery/lifecycle.ts';
import { silentSince } from '../../../src/core/run/liveness.ts';
import type { World } from '../../../src/core/world.ts';
import type { Monitor } from '../checks/monitor.ts';
import type { Plant } from '../plant.ts';
import type { AttemptProcesses } from './attempt.ts';
import type { Later } from './effects.ts';
import { cutLogs } from './log-cuts.ts';
import type { Machine, Mender, Request } from './machine.ts';

const TICK_MS = 1000;
const SAMPLE_MS = 15_000;
const CALM_SAMPLE_MS = 300_000;
/** The slow poll finds what a lost wake-up missed. */
const RECONCILE_MS = 2000;
const CREDENTIALS_MS = 2000;
const LATE_MS = 20_000;

/** What a watchdog sees of the machine: soon, late, twice, or only when it looks again. */
export class Sources {
  readonly #machine: Machine;
  readonly #world: World;
  readonly #monitor: Monitor;
  readonly #later: Later;
  readonly #push: (fact: Fact | HostFact) => void;
  readonly #plant: Plant;
  /** Of which process each attempt's end was reported. */
  readonly #reported = new Set<string>();
  /** Logs whose removal was reported. */
  readonly #lost = new Set<string>();
  readonly #sampling = new Set<string>();
  readonly #credentials = new Map<string, string>();
  #tickMono = Number.POSITIVE_INFINITY;
  #diskLooks = 0;

  constructor(machine: Machine, world: World, monitor: Monitor, later: Later, plant: Plant, push: (fact: Fact | HostFact) => void) {
    this.#machine = machine;
    this.#world = world;
    this.#monitor = monitor;
    this.#later = later;
    this.#plant = plant;
    this.#push = push;
  }

  /** Reports what exists when the watchdog starts. */
  begin(): void {
    for (const run of this.#world.runs) this.follow(run);
    for (const request of this.#machine.inbox.values()) this.heard(request);
    this.#scheduleLook();
    this.seeCredentials();
  }

  heard(what: AttemptProcesses | Mender | Request): void {
    for (const ms of this.#arrivals()) this.#later(ms, () => this.#tell(what));
  }

  /** Called after each decision about a run. */
  follow(run: Run): void {
    const { attempt } = run;
    if (attempt?.alive === true) {
      const processes = this.#machine.attempt(run.id, attempt.number);
      if (processes !== null) this.#later(20, () => this.#lookAt(processes));
      this.#sample(run.id);
    }
    if (isRecovering(run) && run.recovery.shim !== null) {
      const mender = this.#machine.menders.find(({ run: of, number }) => of === run.id && number === run.recovery.number);
      if (mender !== undefined && !mender.isAlive) this.#later(500, () => this.#tell(mender));
    }
    if (run.holds.some(({ kind }) => kind === 'auth')) this.#lookAtCredentials(run.id);
    if (attempt?.trouble?.kind === 'no-space') this.#later(1000, () => this.#push(this.measure()));
  }

  /**
   * The credentials of runs that are held because theirs were refused: once, and whenever they
   * change.
   */
  seeCredentials(): void {
    for (const { id, holds } of this.#world.active) if (holds.some(({ kind }) => kind === 'auth')) this.#lookAtCredentials(id);
  }

  #lookAtCredentials(run: string): void {
    this.#later(CREDENTIALS_MS, () => {
      const { credentials: fingerprint } = this.#machine;
      if (this.#credentials.get(run) === fingerprint) return;
      this.#credentials.set(run, fingerprint);
      this.#push({ kind: 'credentials.seen', run, fingerprint });
    });
  }

  /** Schedules the earliest deadline of all runs. Ticks are aligned to a grid. */
  schedule(): void {
    const { now } = this.#machine.clock;
    const next = this.#due().length > 0 ? now.mono : this.#world.quietUntilMono;
    const tick = Math.max(now.mono + 1, Math.ceil(next / TICK_MS) * TICK_MS);
    if (tick >= this.#tickMono || tick === Number.POSITIVE_INFINITY) return;
    this.#tickMono = tick;
    this.#later(tick - now.mono, () => this.#tick(tick));
  }

  #tick(tick: number): void {
    // An earlier deadline appeared meanwhile, and its tick came first.
    if (this.#tickMono === tick) this.#tickMono = Number.POSITIVE_INFINITY;
    for (const run of this.#due()) this.#push({ kind: 'tick', run });
    this.schedule();
  }

  #due(): readonly string[] {
    const due = this.#world.due(this.#machine.clock.now);
    if (this.#plant.overlooksNewDays !== true) return due;
    return due.filter((id) => this.#world.run(id)?.holds.some(({ kind }) => kind === 'cap') !== true);
  }

  #arrivals(): readonly number[] {
    const soon = 1 + 100 * this.#machine.chance();
    switch (this.#monitor.nextDelivery()) {
      case 'lost':
        return [RECONCILE_MS];
      case 'twice':
        return [soon, soon + 30];
      case 'late':
        return [LATE_MS];
      case null:
        return [soon];
    }
  }

  #tell(what: AttemptProcesses | Mender | Request): void {
    if ('lines' in what) {
      this.#lookAt(what);
      return;
    }
    if ('fact' in what) {
      if (this.#machine.inbox.has(what.id)) this.#push(what.fact);
      return;
    }
    if (!what.isAlive) this.#push({ kind: 'recovery.exited', run: what.run, recovery: what.number });
  }

  #lookAt(processes: AttemptProcesses): void {
    const { attempt } = this.#world.run(processes.run) ?? { attempt: null };
    if (attempt?.number !== processes.attempt || this.#machine.attempt(processes.run, processes.attempt) !== processes) return;
    this.#drain(processes);
    const now = this.#world.run(processes.run)?.attempt;
    if (now?.alive !== true || now.number !== processes.attempt || !processes.isDead(now.agent)) return;
    const key = `${processes.run}/${processes.attempt}/${now.agent?.pid}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    const survivors = this.#survivorsOf(processes);
    const { code, signal } = now.shim === null ? { code: null, signal: null } : processes.exit;
    const exited: Fact = {
      kind: 'process.exited',
      run: processes.run,
      attempt: processes.attempt,
      code,
      signal,
      outOfMemory: false,
      survivors,
    };
    this.#push(exited);
    if (this.#monitor.doubles === 0) return;
    this.#monitor.doubles -= 1;
    this.#later(40, () => this.#push(exited));
  }

  #survivorsOf({ run, survivors }: AttemptProcesses): readonly Survivor[] {
    if (this.#plant.standby !== 'is taken for a survivor') return survivors;
    const standbys = this.#machine.standbys.living.filter((one) => one.run === run);
    return [...survivors, ...standbys.map(({ identity }): Survivor => ({ identity, role: 'tool', name: 'sh' }))];
  }

  #drain({ run, attempt, lines, lostLog, isCut, goneLines }: AttemptProcesses): void {
    const path = `/state/${run}/${attempt}/log`;
    const known = this.#world.run(run);
    const from = isCut && this.#plant.readsCutLogsAgain === true ? 0 : (known?.cursors[path]?.offset ?? 0);
    const isNewlyLost = lostLog !== null && !this.#lost.has(path);
    if (from >= lines.length && !isNewlyLost) return;
    const fresh = lines.slice(from);
    const gap = from < goneLines ? `${goneLines - from} lines were given back before they were read` : null;
    this.#monitor.reads(run, attempt, from, lines.length, gap !== null);
    if (isNewlyLost) this.#lost.add(path);
    const lost = isNewlyLost ? { lost: { because: 'was removed', isRead: lostLog.isRead } } : {};
    const offset = lines.length;
    const cursor = { dev: 1, ino: attempt, birthMs: 1, offset, marker: '', countedOffset: offset, midLine: false };
    const signals = fresh.flatMap((line) => line.signals);
    this.#push({ kind: 'log.read', run, attempt, path, bytes: 100 * fresh.length, lines: fresh.length, signals, cursor, gap, ...lost });
  }

  /** Samples a silent attempt again and again. */
  #sample(id: string): void {
    if (this.#sampling.has(id)) return;
    this.#sampling.add(id);
    this.#later(SAMPLE_MS, () => {
      this.#sampling.delete(id);
      const attempt = this.#world.run(id)?.attempt;
      const processes = attempt?.alive === true ? this.#machine.attempt(id, attempt.number) : null;
      if (attempt == null || processes === null) return;
      this.#sample(id);
      const { now } = this.#machine.clock;
      if (!processes.isAlive || now.mono - silentSince(attempt).mono < SAMPLE_MS / 2) return;
      if (processes.isHidden && this.#plant.takesUnseenForIdle !== true) return;
      const tool = processes.isHidden ? null : processes.tool;
      const seen = tool === null ? null : { ...tool, name: 'make' };
      this.#drain(processes);
      this.#push({ kind: 'process.sampled', run: id, attempt: attempt.number, vitals: { cpuMs: 1000, tool: seen, wroteWall: null } });
    });
  }

  /** Often while space or a common cause matters, else rarely. */
  #lookAtDisks(): void {
    this.#push(this.measure());
    cutLogs(this.#machine, this.#world, this.#push);
    this.#scheduleLook();
  }

  /** Measures how full the disk is. */
  measure(): DiskFact {
    const { volume, clock } = this.#machine;
    this.#machine.measuredMs = clock.nowMs;
    return this.#plant.measured?.(volume.sample()) ?? volume.sample();
  }

  #scheduleLook(): void {
    this.#diskLooks += 1;
    const { volume, clock } = this.#machine;
    const { pressure, common, pending } = this.#world.host;
    const isNear = pressure.devices.some(({ level, lowSinceMono }) => level !== 'none' || lowSinceMono !== null);
    const isMoving = clock.nowMs - volume.changedMs < 2 * SAMPLE_MS;
    const isClose = isNear || isMoving || common.outbreak !== null || common.deaths.length > 0 || pending !== null;
    const look = this.#diskLooks;
    const again = () => look === this.#diskLooks && this.#lookAtDisks();
    this.#later(isClose ? SAMPLE_MS : CALM_SAMPLE_MS, again);
  }

  /** Called when something was written. */
  diskChanged(): void {
    this.#diskLooks += 1;
    const look = this.#diskLooks;
    this.#later(SAMPLE_MS, () => look === this.#diskLooks && this.#lookAtDisks());
  }
}
