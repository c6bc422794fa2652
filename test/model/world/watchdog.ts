import { concat, EMPTY, from, of, Subject, type Subscription } from 'rxjs';
import type { Decision, EffectiveDecision, RunDecision } from '../../../src/core/decision.ts';
import { NEW_HOST, takenOver } from '../../../src/core/host/state.ts';
import type { Fact, Observation } from '../../../src/core/model/facts.ts';
import type { HostFact } from '../../../src/core/model/host.ts';
import { noticesOfEach } from '../../../src/core/notice-changes.ts';
import { acknowledged } from '../../../src/core/notices/notice.ts';
import { noticeDraft } from '../../../src/core/notices/wording.ts';
import { quarterOf } from '../../../src/core/spend/quarters.ts';
import { World } from '../../../src/core/world.ts';
import { NoticeOutbox } from '../../../src/store/notice-outbox.ts';
import { Recorder } from '../../../src/store/recorder.ts';
import type { Store } from '../../../src/store/store.ts';
import { type Ports, supervise } from '../../../streams/pipeline.ts';
import { MARKS } from '../../kit/core/disks.ts';
import { DAY } from '../../kit/core/world.ts';
import type { Monitor } from '../checks/monitor.ts';
import type { Plant } from '../plant.ts';
import type { AttemptProcesses } from './attempt.ts';
import { Deliveries } from './deliveries.ts';
import { Effects } from './effects.ts';
import { Groups } from './groups.ts';
import type { Machine, Mender, Request } from './machine.ts';
import { MemoryStore } from './memory-store.ts';
import { Sources } from './sources.ts';
import { StandbyPool } from './standbys/pool.ts';
import type { Starts } from './starts.ts';

const CHECKPOINT_MS = 2000;

/**
 * One life of a watchdog: the real core and the real pipeline, between the sources, the effects and
 * the disk of a simulated machine.
 */
export class Watchdog {
  isAlive = true;
  /** Since when it is stopped (ms since the program began), or null if it runs. */
  stoppedMs: number | null = null;
  readonly store: MemoryStore;
  readonly #machine: Machine;
  readonly #monitor: Monitor;
  readonly #world: World;
  readonly #recorder: Recorder;
  readonly #outbox: NoticeOutbox;
  readonly #effects: Effects;
  readonly #standbys: StandbyPool;
  readonly #sources: Sources;
  readonly #facts$ = new Subject<Fact | HostFact>();
  readonly #died: () => void;
  readonly #plant: Plant;
  readonly #backlog: (() => void)[] = [];
  #pipeline: Subscription | null = null;
  #isCheckpointDue = false;
  readonly #deliveries: Deliveries;
  readonly #groups: Groups;

  constructor(machine: Machine, monitor: Monitor, plant: Plant, starts: Starts, died: () => void) {
    const { disk } = machine;
    this.#machine = machine;
    this.#monitor = monitor;
    this.#plant = plant;
    this.#died = died;
    this.store = new MemoryStore(disk, disk.fence, machine.bootId, plant.fence);
    const store = this.store as unknown as Store;
    const before = {
      runs: store.activeRuns(),
      holds: store.accountHolds(),
      windows: store.accountWindows(),
      host: takenOver(store.host() ?? NEW_HOST),
      spent: store.spentSince(quarterOf(machine.clock.now.wall - 2 * DAY)),
    };
    const known = plant.known?.(before) ?? before;
    const { recovers, day = null } = machine.program;
    const rules = { marks: MARKS, mayAct: true, recovers, day: day && (plant.day?.(day) ?? day) };
    this.#world = new World(known, rules, (id) => store.run(id));
    this.#recorder = new Recorder(store);
    const notices = store.notices();
    this.#outbox = new NoticeOutbox(plant.notices?.(notices) ?? notices, (changes) => store.record([], changes));
    this.#deliveries = new Deliveries(machine, monitor, this.#outbox, this.later, (error) => this.#fail(error));
    this.#groups = new Groups(machine, () => this.kill(), this.later);
    this.#standbys = new StandbyPool(machine, this.later, plant, disk.fence);
    this.#effects = new Effects(machine, monitor, this.later, plant, this.#standbys, starts);
    this.#sources = new Sources(machine, this.#world, monitor, this.later, plant, (fact) => this.#push(fact));
  }

  begin(): void {
    const { runs } = this.#world;
    const rebooted = ![null, this.#machine.bootId].includes(this.store.lastBoot());
    const unsettled = this.store.unsettled();
    const first = runs.map((run): Fact => ({ kind: 'watchdog.started', run: run.id, rebooted, enabled: true }));
    this.#monitor.begins(this.store);
    this.#disturbed(true);
    const ports: Ports = this.#plant.ports?.(this.#ports()) ?? this.#ports();
    const options = { lastSeq: this.store.lastSeq(), actionsAtOnce: 256, questionsAtOnce: 4 };
    const lateMs = this.#plant.measuresAfterMs;
    const measured$ = lateMs === undefined ? of(this.#sources.measure()) : EMPTY;
    if (lateMs !== undefined) this.later(lateMs, () => this.#push(this.#sources.measure()));
    const decisions$ = supervise(() => concat(measured$, from(first), this.#facts$), this.#observed(), ports, options);
    this.#pipeline = decisions$.subscribe({ next: (decision) => this.#after(decision), error: (error) => this.#fail(error) });
    if (!this.isAlive) {
      this.#pipeline.unsubscribe();
      return;
    }
    for (const { action, run } of unsettled) this.later(10, () => this.#recover(action, run));
    this.#sources.begin();
    for (const run of this.#world.runs) this.#standbys.follow(run);
    this.#sources.schedule();
    this.#deliveries.schedule();
  }

  /** Happens only if this watchdog is alive by then; if it is stopped, as soon as it continues. */
  readonly later = (ms: number, happen: () => void): void => {
    this.#machine.clock.after(ms, () => {
      if (!this.isAlive) return;
      if (this.stoppedMs !== null) this.#backlog.push(happen);
      else happen();
    });
  };

  heard(what: AttemptProcesses | Mender | Request): void {
    this.#sources.heard(what);
  }

  diskChanged(): void {
    this.#sources.diskChanged();
  }

  /** The credentials or the wall clock changed. */
  surroundingsChanged(): void {
    this.#sources.seeCredentials();
    this.#sources.schedule();
  }

  stop(): void {
    this.stoppedMs ??= this.#machine.clock.nowMs;
    this.#disturbed(false);
  }

  goOn(): void {
    if (!this.isAlive || this.stoppedMs === null) return;
    this.stoppedMs = null;
    this.#disturbed(true);
    for (const happen of this.#backlog.splice(0)) if (this.isAlive) happen();
  }

  kill(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#disturbed(false);
    this.#machine.standbys.orphan(this.store.fence);
    this.#pipeline?.unsubscribe();
    this.#died();
  }

  #disturbed(isWatched: boolean): void {
    this.#machine.disturbedMs = this.#machine.clock.nowMs;
    this.#machine.isWatched = isWatched;
  }

  #fail(error: unknown): void {
    const isExpected = error instanceof Error && /the disk|the lease/.test(error.message);
    if (!isExpected && this.#monitor.broken === null) this.#monitor.notes(`the watchdog failed: ${error}`);
    this.kill();
  }

  #push(fact: Fact | HostFact): void {
    if (!this.isAlive) return;
    if ('request' in fact) {
      if (this.store.hasReply(fact.request)) {
        this.#answered(fact.request);
        return;
      }
      if (fact.kind === 'operator.requested' && fact.command.kind === 'ack') {
        this.#facts$.next({ ...fact, notices: this.#acknowledged(fact.run) });
        return;
      }
    }
    this.#facts$.next(fact);
  }

  #recover(action: Parameters<Effects['recover']>[0], run: Parameters<Effects['recover']>[1]): void {
    this.#effects.recover(action, run, (outcome) => this.#push({ kind: 'action.settled', run: run.id, action: action.id, outcome }));
  }

  /** The world, wrapped in the planted bug, and in sight of the monitor. */
  #observed(): World {
    const { decided = (one: RunDecision) => one, observed = (one: Observation) => one } = this.#plant;
    const world = this.#world;
    return new Proxy(world, {
      get: (_target, name) => {
        if (name === 'observe')
          return (seen: Observation) => {
            const made = world.observe(observed(seen));
            const decision = made?.kind === 'run' ? decided(made, world) : made;
            if (decision !== null) this.#monitor.decides(decision);
            return decision;
          };
        const value = Reflect.get(world, name, world);
        return typeof value === 'function' ? value.bind(world) : value;
      },
    });
  }

  #ports(): Ports {
    return {
      now: () => this.#machine.clock.now,
      jitter: () => this.#machine.chance(),
      record: (group) => this.#groups.record(group, () => this.#record(group)),
      concernsAll: (error) => error instanceof Error && error.message.includes('lease'),
      soon: this.#groups.soon,
      perform: (action, run) => this.#effects.perform(action, run),
      ask: (question) => this.#effects.ask(question),
      performHost: (action) => this.#effects.performHost(action),
    };
  }

  #record(decisions: readonly Decision[]): void {
    const group = noticesOfEach(this.#outbox.notices, decisions, {
      noticeDraft: (action, run) => noticeDraft(action, run, []),
      recovers: this.#machine.program.recovers,
      waiting: () => this.#world.active.map(({ id, name }) => ({ id, name })),
    });
    this.#recorder.record(group);
    const changes = group.flatMap(({ notices }) => notices ?? []);
    for (const one of changes) this.#outbox.apply(one);
    if (changes.length > 0) this.#deliveries.schedule();
    for (const { reply } of decisions) if (reply !== null) this.#answered(reply.request);
    for (const decision of decisions) if (decision.kind === 'run') this.#standbys.follow(decision.run);
  }

  #acknowledged(run: string): readonly string[] {
    const open = acknowledged(this.#outbox.notices, run, this.#machine.clock.now);
    // Whoever acknowledges a notice has read it.
    for (const notice of open) this.#monitor.delivers(notice);
    return open.map(({ subject }) => subject);
  }

  #answered(request: string): void {
    this.#machine.inbox.delete(request);
  }

  #after(decision: EffectiveDecision): void {
    if (!this.isAlive) return;
    if (decision.kind === 'run') this.#sources.follow(decision.run);
    this.#sources.schedule();
    if (!this.#isCheckpointDue) this.later(CHECKPOINT_MS, () => this.#checkpoint());
    this.#isCheckpointDue = true;
  }

  #checkpoint(): void {
    this.#isCheckpointDue = false;
    try {
      this.#recorder.checkpoint();
    } catch (error) {
      this.#fail(error);
    }
  }
}
