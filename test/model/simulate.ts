import type { Command } from '../../src/core/model/facts.ts';
import { GIB } from '../kit/core/disks.ts';
import { DAY, HOUR, SECOND } from '../kit/core/world.ts';
import { endsWell, isAtRest, isNotifiedOfDisk } from './checks/end.ts';
import { Broken, Monitor } from './checks/monitor.ts';
import { mendsHandedOff } from './checks/supervision.ts';
import { Trace } from './checks/trace.ts';
import { OlderState } from './older-state.ts';
import type { Plant } from './plant.ts';
import { type Event, LAST_STORM_MS, type PlannedRun, type Program } from './programs/program.ts';
import type { AtStart } from './programs/standbys.ts';
import { idOf, Machine } from './world/machine.ts';
import { Starts } from './world/starts.ts';
import { Watchdog } from './world/watchdog.ts';

export interface Result {
  /** What was broken, in words, or null if all went well. */
  readonly broken: string | null;
  readonly invariant: number | null;
  readonly decisions: number;
  readonly hash: string;
  readonly lines: readonly string[];
}

const RESTART_MS = SECOND;
const LEASE_TIMEOUT_MS = 60 * SECOND;
const END_MS = 14 * DAY;
/** A program with more decisions than this is stuck in a loop. */
const MAX_DECISIONS = 200_000;

/**
 * Plays a program to its end, or until an invariant is broken. Depends on nothing but the program.
 */
export function simulate(program: Program, plant: Plant = {}, isVerbose = false): Result {
  const play = new Play(program, plant, isVerbose);
  const because = play.toItsEnd();
  const { trace, decisions } = play.monitor;
  return { broken: because?.message ?? null, invariant: because?.invariant ?? null, decisions, hash: trace.hash, lines: trace.lines };
}

class Play {
  readonly machine: Machine;
  readonly monitor: Monitor;
  readonly #plant: Plant;
  readonly #older: OlderState;
  readonly #starts: Starts;
  readonly #watchdogs: Watchdog[] = [];
  #unwatchedUntilMs = 0;

  constructor(program: Program, plant: Plant, isVerbose: boolean) {
    this.machine = new Machine(program);
    this.monitor = new Monitor(this.machine, new Trace(isVerbose));
    this.#plant = plant;
    this.#older = new OlderState(this.machine, this.monitor);
    this.#starts = new Starts(this.machine, this.monitor, plant);
    const { machine } = this;
    const { clock, volume } = machine;
    machine.starting = (how) => this.#atStart(how);
    machine.heard = (what) => this.#holder?.heard(what);
    volume.heard = () => this.#holder?.diskChanged();
    volume.engine.plant = plant;
    volume.engine.isWatched = () => this.#holder?.stoppedMs === null;
    for (const run of program.runs) clock.after(run.atMs, () => this.machine.whenOn(() => this.#register(run)));
    for (const event of program.events) {
      if (event.kind === 'restore') clock.after(event.atMs - event.ageMs, () => this.#older.take());
      clock.after(event.atMs, () => this.machine.whenOn(() => this.#happens(event)));
    }
    clock.after(HOUR, () => this.#hourly());
    volume.engine.isLookedAt();
    clock.after(LAST_STORM_MS, () => this.#calm());
    this.#watch();
  }

  toItsEnd(): Broken | null {
    const { clock } = this.machine;
    try {
      while (clock.nowMs < END_MS && clock.step(END_MS)) {
        if (this.monitor.broken !== null) return this.monitor.broken;
        if (this.monitor.decisions > MAX_DECISIONS) return new Broken(7, 'it keeps deciding and never ends');
        if (clock.nowMs > LAST_STORM_MS && isAtRest(this.machine, this.monitor)) break;
      }
      return endsWell(this.machine, this.monitor);
    } catch (error) {
      if (error instanceof Broken) return error;
      throw error;
    }
  }

  get #holder(): Watchdog | null {
    return this.#watchdogs.findLast(({ isAlive }) => isAlive) ?? null;
  }

  /**
   * Starts a watchdog, which takes the lease only if the holder is dead or has shown no sign of
   * life for too long.
   */
  #watch(): void {
    const holder = this.#holder;
    const { clock, disk, volume } = this.machine;
    if (this.machine.isOff || clock.nowMs < this.#unwatchedUntilMs) return;
    if (holder !== null) {
      if (holder.stoppedMs === null || clock.nowMs - holder.stoppedMs < LEASE_TIMEOUT_MS) return;
      if (this.#plant.sparesTheStopped !== true) holder.kill();
    }
    disk.fence += 1;
    this.monitor.trace.happened(`a watchdog begins (fence ${disk.fence})`, clock.nowMs);
    const watchdog = new Watchdog(this.machine, this.monitor, this.#plant, this.#starts, () =>
      clock.after(RESTART_MS, () => this.#watch()),
    );
    volume.engine.look(true);
    this.#watchdogs.push(watchdog);
    watchdog.begin();
  }

  #register(plan: PlannedRun): void {
    const run = idOf(plan.name);
    const foreign = plan.isForeign ? this.machine.start(run, 1).shim : null;
    if (foreign !== null) this.machine.claims.set(`${run}/1`, 'shim');
    const spec = this.machine.specOf(plan);
    this.machine.request((request) => ({ kind: 'run.registered', run, request, generation: 1, spec, foreign }));
  }

  /** The hourly gate: starts a watchdog if none lives, and has handed-off runs repaired. */
  #hourly(): void {
    this.machine.clock.after(HOUR, () => this.#hourly());
    this.machine.whenOn(() => this.#gate());
    if (this.machine.clock.nowMs > LAST_STORM_MS && isNotifiedOfDisk(this.machine)) this.machine.volume.write(-500 * GIB);
  }

  #gate(): void {
    this.#watch();
    mendsHandedOff(this.machine);
  }

  /**
   * The faults are over: the operator repairs what only a person can, and everything else must
   * recover by itself.
   */
  #calm(): void {
    const { machine } = this;
    machine.channelDownUntilMs = 0;
    machine.disk.failures = [];
    machine.volume.open();
    machine.volume.write(-500 * GIB);
    machine.credentials = 'key-after';
    this.#holder?.goOn();
    this.#watch();
    this.#holder?.surroundingsChanged();
    for (const { name } of machine.program.runs) this.#asks(name, { kind: 'unpause' });
  }

  #happens(event: Event): void {
    const { machine } = this;
    this.monitor.trace.happened(event.kind, machine.clock.nowMs);
    switch (event.kind) {
      case 'operator':
        this.#asks(event.run, event.command);
        return;
      case 'ack':
        this.#asks(event.run, { kind: 'ack' });
        return;
      case 'kill-agent':
        this.#kills((run) => run === idOf(event.run));
        return;
      case 'kill-all':
        this.#kills(() => true);
        return;
      case 'start-fails':
        machine.startsFail.set(idOf(event.run), 1);
        return;
      case 'end-fails':
        machine.endsFail.set(idOf(event.run), 1);
        return;
      case 'kill-watchdog':
        this.#holder?.kill();
        return;
      case 'second-watchdog':
        this.#watch();
        return;
      case 'reboot':
        this.#killAll();
        machine.reboot();
        return;
      case 'log-in':
        machine.credentials = `key-${machine.clock.nowMs}`;
        this.#holder?.surroundingsChanged();
        return;
      case 'supervise':
        this.#gate();
        return;
      case 'stop-watchdog': {
        const holder = this.#holder;
        holder?.stop();
        machine.clock.after(event.forMs, () => holder?.goOn());
        return;
      }
      case 'channel-down':
        machine.channelDownUntilMs = machine.clock.nowMs + event.forMs;
        return;
      case 'jump':
        this.#setsClock(event.wallMs);
        return;
      case 'off':
        this.#killAll();
        machine.switchOff(event.forMs);
        machine.clock.skewMs += event.wallMs;
        machine.whenOn(() => machine.clock.after(RESTART_MS, () => this.#watch()));
        if (event.wallMs !== 0)
          machine.clock.after(event.forMs + event.rightAfterMs, () => machine.whenOn(() => this.#setsClock(-event.wallMs)));
        return;
      case 'unwatched':
        this.#unwatchedUntilMs = machine.clock.nowMs + event.forMs;
        this.#killAll();
        if (event.forgets) machine.clock.after(event.forMs / 2, () => machine.volume.engine.restart());
        machine.clock.after(event.forMs, () => this.#watch());
        return;
      case 'restore':
        this.#killAll();
        this.#older.putBack();
        return;
      case 'read-only':
        machine.volume.closeFor(event.forMs);
        return;
      case 'engine-restarts':
        machine.volume.engine.restart();
        return;
      case 'reclaim':
        machine.volume.reclaim(Number.POSITIVE_INFINITY, this.monitor.removes);
        machine.volume.heard();
        return;
      case 'build':
        machine.volume.engine.build(`build-${machine.clock.nowMs}`, event);
        return;
      case 'store-fails':
        machine.disk.failures.push(event.isWritten ? 'written' : 'before');
        return;
      case 'delivery':
        for (let times = 0; times < event.times; times++) this.monitor.deliveries.push(event.how);
        return;
      case 'write':
        machine.volume.write(event.bytes);
        return;
      case 'at-start':
        machine.atStarts.push(event.how);
        return;
      case 'at-commit':
        machine.atCommits.push(event.how);
        return;
      case 'environment':
        machine.standbys.changeEnvironment(idOf(event.run));
        return;
      case 'standby-fails':
        machine.standbys.makingsFail.set(idOf(event.run), 1);
        return;
      case 'kill-standbys':
        machine.standbys.killAll();
        return;
      case 'intrude':
        this.#starts.intrude();
        return;
      case 'container':
        machine.runContainer(event);
        return;
    }
  }

  /** While an attempt is being started. */
  #atStart(how: AtStart): void {
    const { machine } = this;
    switch (how) {
      case 'watchdog-dies':
        this.#holder?.kill();
        return;
      case 'watchdog-stops': {
        const holder = this.#holder;
        holder?.stop();
        machine.clock.after(2 * LEASE_TIMEOUT_MS, () => holder?.goOn());
        machine.clock.after(LEASE_TIMEOUT_MS + RESTART_MS, () => this.#watch());
        return;
      }
      case 'stop':
        for (const { name } of machine.program.runs) this.#asks(name, { kind: 'stop', because: 'enough' });
        return;
      case 'environment':
        for (const { name } of machine.program.runs) machine.standbys.changeEnvironment(idOf(name));
        return;
      case 'kill-all':
        this.#kills(() => true);
        machine.standbys.killAll();
        return;
      case 'standby-dies':
      case 'slow':
        return;
    }
  }

  #setsClock(byMs: number): void {
    this.machine.setClock(byMs);
    this.#holder?.surroundingsChanged();
  }

  #killAll(): void {
    for (const one of this.#watchdogs) one.kill();
  }

  #asks(name: string, command: Command): void {
    this.machine.request((request) => ({ kind: 'operator.requested', run: idOf(name), request, command }));
  }

  #kills(wanted: (run: string) => boolean): void {
    for (const attempt of this.machine.attempts) if (wanted(attempt.run)) attempt.kill('SIGKILL');
  }
}
