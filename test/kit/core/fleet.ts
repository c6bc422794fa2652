import type { AccountHold } from '../../../src/core/account/hold.ts';
import type { RunDecision } from '../../../src/core/decision.ts';
import type { Action, Command, Fact, Instant, Limit, Outcome, Signal } from '../../../src/core/model/facts.ts';
import type { Refused } from '../../../src/core/model/recovery.ts';
import type { Run } from '../../../src/core/model/run.ts';
import type { World } from '../../../src/core/world.ts';
import { evidence, frozen, MINUTE, process, SECOND, specWith, type Wishes, worldOf } from './world.ts';

/** A spent limit as an agent's event states it. */
export const limit = (patch: Partial<Limit> = {}): Limit => ({
  kind: 'limit',
  text: 'You have hit your limit',
  name: 'five_hour',
  ofModel: false,
  isCap: false,
  resetsAtWall: null,
  provenance: null,
  ...patch,
});

/**
 * Several runs in one world, on one virtual clock. Decisions are performed at once, and succeed.
 */
export class Fleet {
  now: Instant = { wall: Date.UTC(2026, 10, 23, 3), mono: 5 * MINUTE };
  jitter = 0;
  readonly actions: (Action & { readonly at: Instant })[] = [];
  readonly decisions: RunDecision[] = [];
  world: World;
  /** What stops recovery agents. */
  refusedMender: Refused | null = null;
  holds: readonly AccountHold[] = [];
  /** No attempt can be started now. */
  failsToStart = false;
  /** Called before a resume is performed, with what holds the account then. */
  watch: (run: string, holds: readonly AccountHold[]) => void = () => {};
  readonly #stored = new Map<string, Run>();
  #seq = 0;

  constructor(runs: Readonly<Record<string, Wishes>>) {
    this.world = this.#newWorld();
    for (const [name, wishes] of Object.entries(runs)) this.register(name, wishes);
  }

  register(name: string, wishes: Wishes = {}): void {
    const spec = specWith({ ...wishes, policy: { maxStallMs: 0, ...wishes.policy }, name, environmentFile: `${name}.json` });
    this.tell({ kind: 'run.registered', run: name, request: `r-${name}`, generation: 1, spec, foreign: null });
    if (this.run(name).attempt !== null) this.says(name, { kind: 'session', id: `ses_${name}` });
  }

  run(name: string): Run {
    const run = this.#stored.get(name);
    if (run === undefined) throw new Error(`there is no run ${name}`);
    return run;
  }

  /** As after a kill of the watchdog: only what was recorded is known. */
  restart(): void {
    this.world = this.#newWorld();
    for (const run of this.world.runs) this.tell({ kind: 'watchdog.started', run: run.id, rebooted: false, enabled: true });
  }

  tell(fact: Fact): void {
    this.#seq += 1;
    const before = this.#stored.get(fact.run);
    const decided = this.world.observe(frozen({ ...fact, seq: this.#seq, at: this.now, jitter: this.jitter }));
    if (decided?.kind !== 'run') return;
    this.decisions.push(decided);
    this.#stored.set(decided.run.id, JSON.parse(JSON.stringify(decided.run)));
    if (before !== undefined && decided.actions.some(({ kind }) => kind === 'resume')) this.watch(fact.run, decided.holds ?? this.holds);
    if (decided.holds !== null) this.#hold(decided.run.spec.account, decided.holds);
    if (decided.recoveryHolds !== null) this.#hold(decided.recoveryHolds.account, decided.recoveryHolds.holds);
    this.actions.push(...decided.actions.map((action) => ({ ...action, at: this.now })));
    for (const { kind, run, attempt } of decided.questions) {
      if (kind === 'glance') this.tell({ kind: 'evidence.gathered', run, attempt, evidence: evidence(), isGlance: true });
      if (kind === 'evidence') this.tell({ kind: 'evidence.gathered', run, attempt, evidence: evidence() });
      if (kind === 'session') this.tell({ kind: 'session.learned', run, attempt, session: null });
    }
    for (const action of decided.actions) this.#perform(action);
  }

  #hold(account: string, holds: readonly AccountHold[]): void {
    this.holds = [...this.holds.filter((hold) => hold.account !== account), ...JSON.parse(JSON.stringify(holds))];
  }

  /**
   * Time passes in steps of at most half a minute, unless others are given, with ticks for the runs
   * that are due.
   */
  after(ms: number, stepMs = 30 * SECOND): this {
    for (let left = ms; left > 0; left -= stepMs) {
      const step = Math.min(left, stepMs);
      this.now = { wall: this.now.wall + step, mono: this.now.mono + step };
      this.tick();
    }
    return this;
  }

  tick(): void {
    for (const run of this.world.due(this.now)) this.tell({ kind: 'tick', run });
  }

  says(run: string, ...signals: Signal[]): void {
    const cursor = { dev: 1, ino: 2, birthMs: 3, offset: 1, marker: 'm', countedOffset: 1, midLine: false };
    const attempt = this.run(run).attempt?.number ?? 0;
    this.tell({ kind: 'log.read', run, attempt, path: '/log', bytes: 9, lines: Math.max(1, signals.length), signals, cursor, gap: null });
  }

  exits(run: string, code = 0): void {
    this.tell({
      kind: 'process.exited',
      run,
      attempt: this.run(run).attempt?.number ?? 0,
      code,
      signal: null,
      outOfMemory: false,
      survivors: [],
    });
  }

  /** Works long enough to be resumed at once, then is refused and dies of it. */
  isRefused(run: string, signal: Signal = limit()): void {
    this.says(run, signal, { kind: 'turn', well: false });
    this.exits(run, 1);
  }

  operator(run: string, command: Command): void {
    this.tell({ kind: 'operator.requested', run, request: `o${this.#seq}`, command });
  }

  /** Numbers of the started attempts of a run, except the first. */
  resumes(run: string): readonly number[] {
    return this.actions.flatMap((action) => (action.kind === 'resume' && action.run === run && action.attempt > 1 ? action.attempt : []));
  }

  get notices(): readonly string[] {
    return this.actions.flatMap((action) => (action.kind === 'escalate' ? `${action.to}: ${action.cause}` : []));
  }

  #perform(action: Action): void {
    const settled = { kind: 'action.settled' as const, run: action.run, action: action.id };
    this.tell({ ...settled, outcome: this.#outcome(action) });
  }

  #outcome(action: Action): Outcome {
    if (action.kind === 'escalate') return { kind: 'delivered' };
    const { attempt } = action;
    if (action.kind === 'recover') return { kind: 'recovery-started', shim: process(2000 + this.#seq) };
    if (action.kind === 'end-recovery') return { kind: 'recovery-ended', refused: this.refusedMender, because: 'SIGTERM' };
    if (action.kind === 'end') return { kind: 'ended', attempt, because: 'SIGTERM' };
    if (this.failsToStart) return { kind: 'start-failed', attempt, because: 'spawn EAGAIN' };
    return { kind: 'started', attempt, shim: process(1000 + this.#seq), agent: null };
  }

  #newWorld(): World {
    return worldOf([...this.#stored.values()], { holds: this.holds, find: (id) => this.#stored.get(id) ?? null });
  }
}
