import { verdictOf } from '../../src/core/gate.ts';
import type { Notice } from '../../src/core/notices.ts';
import { isOver, type Run } from '../../src/core/run.ts';
import type { Command } from '../../src/core/types.ts';
import { GIB } from '../core/disks.ts';
import { DAY, HOUR, MENDER, SECOND } from '../core/world.ts';
import { idOf, Machine } from './machine.ts';
import { Broken, Monitor } from './monitor.ts';
import type { Plant } from './plant.ts';
import { type Event, LAST_STORM_MS, type PlannedRun, type Program } from './program.ts';
import { Trace } from './trace.ts';
import { Watchdog } from './watchdog.ts';

export interface Result {
  /** What was broken, in words; null: all went well. */
  readonly broken: string | null;
  readonly invariant: number | null;
  readonly decisions: number;
  readonly hash: string;
  readonly lines: readonly string[];
}

const RESTART_MS = SECOND;
const LEASE_TIMEOUT_MS = 60 * SECOND;
const END_MS = 14 * DAY;
/** A program that decides more than this spins. */
const MAX_DECISIONS = 200_000;

/** Plays a program to its end, or until something is broken. Nothing in it hangs on anything but the program. */
export function simulate(program: Program, plant: Plant = {}, isTold = false): Result {
  const play = new Play(program, plant, isTold);
  const because = play.toItsEnd();
  const { trace, decisions } = play.monitor;
  return { broken: because?.message ?? null, invariant: because?.invariant ?? null, decisions, hash: trace.hash, lines: trace.lines };
}

class Play {
  readonly machine: Machine;
  readonly monitor: Monitor;
  readonly #plant: Plant;
  readonly #watchdogs: Watchdog[] = [];

  constructor(program: Program, plant: Plant, isTold: boolean) {
    this.machine = new Machine(program);
    this.monitor = new Monitor(this.machine, new Trace(isTold));
    this.#plant = plant;
    const { clock, volume } = this.machine;
    this.machine.heard = (what) => this.#holder?.heard(what);
    volume.heard = () => this.#holder?.diskChanged();
    for (const run of program.runs) clock.after(run.atMs, () => this.#register(run));
    for (const event of program.events) clock.after(event.atMs, () => this.#happens(event));
    clock.after(HOUR, () => this.#hourly());
    clock.after(LAST_STORM_MS, () => this.#calm());
    this.#watch();
  }

  toItsEnd(): Broken | null {
    const { clock } = this.machine;
    try {
      while (clock.nowMs < END_MS && clock.step(END_MS)) {
        if (this.monitor.broken !== null) return this.monitor.broken;
        if (this.monitor.decisions > MAX_DECISIONS) return new Broken(7, 'it decides and decides, and comes to no end');
        if (clock.nowMs > LAST_STORM_MS && this.#isAtRest()) break;
      }
      return this.#endsWell();
    } catch (error) {
      if (error instanceof Broken) return error;
      throw error;
    }
  }

  get #holder(): Watchdog | null {
    return this.#watchdogs.findLast(({ isAlive }) => isAlive) ?? null;
  }

  /** A watchdog is started: it takes the lease only if its holder is dead, or has given no sign of life for too long. */
  #watch(): void {
    const holder = this.#holder;
    const { clock, disk } = this.machine;
    if (holder !== null) {
      if (holder.stoppedMs === null || clock.nowMs - holder.stoppedMs < LEASE_TIMEOUT_MS) return;
      if (this.#plant.sparesTheStopped !== true) holder.kill();
    }
    disk.fence += 1;
    this.monitor.trace.happened(`a watchdog begins (fence ${disk.fence})`, clock.nowMs);
    const watchdog = new Watchdog(this.machine, this.monitor, this.#plant, () => clock.after(RESTART_MS, () => this.#watch()));
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

  /** The hourly gate: it starts a watchdog where none lives, and has runs mended that were handed off. */
  #hourly(): void {
    this.machine.clock.after(HOUR, () => this.#hourly());
    this.#gate();
  }

  #gate(): void {
    const { disk, clock, program } = this.machine;
    this.#watch();
    if (!program.recovers) return;
    for (const run of disk.runs.values()) {
      if (verdictOf(run, 'alive', clock.now).verdict !== 'recover') continue;
      const recovery = { ...MENDER, account: run.spec.account === 'a' ? 'a' : MENDER.account };
      this.machine.request((request) => ({ kind: 'operator.requested', run: run.id, request, command: { kind: 'recover', recovery } }));
    }
  }

  /** The faults are over: the operator sets right what is the operator's, and the rest has to come right by itself. */
  #calm(): void {
    const { machine } = this;
    machine.channelDownUntilMs = 0;
    machine.disk.failures = [];
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
        for (const one of this.#watchdogs) one.kill();
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
        machine.clock.skewMs += event.wallMs;
        if (Math.abs(event.wallMs) <= HOUR) machine.volume.driftMs += HOUR;
        machine.volume.look([], machine.bootId);
        this.#holder?.surroundingsChanged();
        return;
      case 'store-fails':
        machine.disk.failures.push(event.isWritten ? 'written' : 'before');
        return;
      case 'news':
        for (let times = 0; times < event.times; times++) this.monitor.news.push(event.how);
        return;
      case 'write':
        machine.volume.write(event.bytes);
        return;
      case 'container': {
        const name = `container-${machine.clock.nowMs}`;
        machine.volume.run(event.image, name);
        machine.clock.after(event.forMs, () => machine.volume.end(name));
        return;
      }
    }
  }

  #asks(name: string, command: Command): void {
    this.machine.request((request) => ({ kind: 'operator.requested', run: idOf(name), request, command }));
  }

  #kills(wanted: (run: string) => boolean): void {
    for (const attempt of this.machine.attempts) if (wanted(attempt.run)) attempt.kill('SIGKILL');
  }

  #isAtRest(): boolean {
    return this.machine.inbox.size === 0 && this.machine.program.runs.every((plan) => this.#endOf(plan) === null);
  }

  /** 3 and 7: every action is settled; every run ended complete, stopped, or with somebody who knows. */
  #endsWell(): Broken | null {
    for (const plan of this.machine.program.runs) {
      const why = this.#endOf(plan);
      if (why !== null) return new Broken(7, why);
    }
    return null;
  }

  #endOf({ name }: PlannedRun): string | null {
    const run = this.machine.disk.runs.get(idOf(name));
    if (run === undefined) return this.#isRefused(name) ? null : `${name} is not known`;
    if (run.pending !== null) return `${name} waits for its ${run.pending.kind}`;
    if (run.state === 'complete' || run.state === 'stopped') return null;
    const rests = isOver(run) || run.state === 'escalated' || run.state === 'held' || run.state === 'handed-off';
    if (rests && this.#isTold(run)) return null;
    return `${name} is ${run.state} in the end, and nobody was told: ${run.because}`;
  }

  /** A person was told, or says so, of what the run waits for. */
  #isTold({ id, spec }: Run): boolean {
    const isOf = (cause: string) => cause.endsWith(`/${id}`) || cause === `auth/${spec.account}`;
    const isHeard = ({ state, deliveries }: Notice) => state === 'acked' || Object.values(deliveries).some(({ accepted }) => accepted > 0);
    return [...this.machine.disk.notices.values()].some((notice) => isOf(notice.cause) && notice.state !== 'cleared' && isHeard(notice));
  }

  #isRefused(name: string): boolean {
    return [...this.machine.disk.replies.values()].some(({ accepted, message }) => !accepted && message.includes(name));
  }
}
