import { Observable } from 'rxjs';
import type { Action, Fact, Outcome, Question } from '../../../src/core/model/facts.ts';
import type { HostAction, HostFact } from '../../../src/core/model/host.ts';
import type { Run } from '../../../src/core/model/run.ts';
import type { Monitor } from '../checks/monitor.ts';
import type { Plant } from '../plant.ts';
import { startedAs } from './attempt.ts';
import type { Machine } from './machine.ts';
import { mendingSpent } from './spender.ts';
import type { StandbyPool } from './standbys/pool.ts';
import type { Standby } from './standbys/standby.ts';
import type { Starts } from './starts.ts';

/** Happens only if the watchdog that wants it is alive and running at that time. */
export type Later = (ms: number, happen: () => void) => void;

/** A standby that has not claimed its attempt by then is not waited for. */
const PATIENCE_MS = 2000;
const DUBIOUS = 'git: detected dubious ownership in repository at /work';
/** The evidence if nothing can be seen. */
const UNSEEN = { head: null, worktree: null, progress: null, missing: [DUBIOUS] };

/**
 * A watchdog's actions in the simulated machine. As in reality, an attempt's number is claimed
 * exclusively before the attempt starts.
 */
export class Effects {
  readonly #machine: Machine;
  readonly #monitor: Monitor;
  readonly #later: Later;
  readonly #plant: Plant;
  readonly #standbys: StandbyPool;
  readonly #starts: Starts;

  constructor(machine: Machine, monitor: Monitor, later: Later, plant: Plant, standbys: StandbyPool, starts: Starts) {
    this.#machine = machine;
    this.#monitor = monitor;
    this.#later = later;
    this.#plant = plant;
    this.#standbys = standbys;
    this.#starts = starts;
  }

  perform(action: Action, run: Run): Observable<Outcome> {
    return new Observable((subscriber) => {
      this.#monitor.performs(action);
      this.#do(action, run, (outcome) => {
        subscriber.next(outcome);
        subscriber.complete();
      });
    });
  }

  /** The outcome of an action that was recorded but never settled. */
  recover(action: Action, run: Run, settle: (outcome: Outcome) => void): void {
    if (action.kind !== 'resume' && action.kind !== 'recover') {
      this.#do(action, run, settle);
      return;
    }
    const key = keyOf(action);
    const isClaimed = this.#machine.claims.has(key);
    if (!isClaimed) this.#machine.claims.set(key, 'nobody');
    settle(isClaimed ? this.#startedBefore(action) : { kind: 'abandoned', because: 'dogwatch ended before it could start' });
  }

  ask({ kind, run, attempt }: Question): Observable<Fact> {
    return new Observable((subscriber) => {
      this.#later(200 + 800 * this.#machine.chance(), () => {
        const { isFinished } = this.#machine.truthOf(run);
        const evidence = this.#machine.seesEvidence(run) ? { ...UNSEEN, ...this.#seen(run), missing: [] } : { ...UNSEEN, none: DUBIOUS };
        const hasSpoken = (this.#machine.attempt(run, attempt)?.lines.length ?? 0) > 0;
        if (kind === 'check') subscriber.next({ kind: 'check.finished', run, attempt, passed: isFinished, output: '3 tests fail' });
        if (kind === 'evidence') subscriber.next({ kind: 'evidence.gathered', run, attempt, evidence });
        if (kind === 'glance') subscriber.next({ kind: 'evidence.gathered', run, attempt, evidence, isGlance: true });
        if (kind === 'session') subscriber.next({ kind: 'session.learned', run, attempt, session: hasSpoken ? `session of ${run}` : null });
        subscriber.complete();
      });
    });
  }

  #seen(run: string) {
    const { commits, files } = this.#machine.truthOf(run);
    return { head: `commit-${commits}`, worktree: this.#machine.planOf(run).hasFiles === true ? `files-${commits}-${files}` : null };
  }

  performHost(action: HostAction): Observable<HostFact> {
    return new Observable((subscriber) => {
      if (action.kind === 'tell') return subscriber.complete();
      this.#later(500, () => {
        const { volume } = this.#machine;
        const { removed, bytes } = volume.reclaim(action.untilBytes, this.#monitor.removes);
        const step = { reclaimer: 'images', removed, claimedBytes: bytes, measuredBytes: bytes, measuredInodes: null, problem: null };
        const isEnough = volume.availableBytes >= action.untilBytes;
        subscriber.next({
          kind: 'reclaim.finished',
          action: action.id,
          outcome: { kind: 'reclaimed', steps: action.without.includes('images') ? [] : [step], others: ['images'], isEnough, largest: [] },
        });
        subscriber.complete();
      });
    });
  }

  #do(action: Action, run: Run, settle: (outcome: Outcome) => void): void {
    switch (action.kind) {
      case 'resume':
        this.#resume(action, run, settle);
        return;
      case 'end':
        this.#end(action, run, settle);
        return;
      case 'recover':
        this.#mend(action, run, settle);
        return;
      case 'end-recovery':
        this.#later(100, () => {
          const mender = this.#machine.menders.find((one) => one.run === action.run && one.number === action.recovery);
          if (mender !== undefined) this.#machine.endMender(mender);
          settle({ kind: 'recovery-ended', refused: null, because: 'SIGTERM', ...mendingSpent(this.#machine, action.run) });
        });
        return;
      case 'escalate':
        settle({ kind: 'delivered' });
        return;
    }
  }

  #resume(action: Action & { kind: 'resume' }, of: Run, settle: (outcome: Outcome) => void): void {
    const { run, attempt } = action;
    this.#later(5, () => {
      if (spend(this.#machine.startsFail, run)) return settle({ kind: 'start-failed', attempt, because: 'spawn opencode ENOENT' });
      const stray = this.#strayOf(of);
      if (stray !== null) return settle({ kind: 'not-started', attempt, isOccupied: true, because: `${stray} lives` });
      const standby = this.#standbys.take(of, attempt);
      // From here on the shim is independent of the watchdog.
      const takesMs = standby === null ? this.#starts.anew(action, of) : Math.min(this.#starts.word(standby), PATIENCE_MS);
      this.#later(takesMs + 10 * this.#machine.chance(), () => {
        if (standby === null || this.#machine.claims.has(keyOf(action))) settle(this.#startedBefore(action));
        else if (this.#plant.standby !== 'is waited for in vain') this.#insteadOf(standby, action, of, settle);
      });
    });
  }

  /** The standby died, or is late: then it is killed, so that it cannot start beside another. */
  #insteadOf(standby: Standby, action: Action & { kind: 'resume' }, run: Run, settle: (outcome: Outcome) => void): void {
    // Its exclusive claim would keep it from that as well.
    if (this.#plant.standby !== 'starts without a claim') standby.isAlive = false;
    this.#later(this.#starts.anew(action, run) + 10, () => settle(this.#startedBefore(action)));
  }

  #mend(action: Action & { kind: 'recover' }, run: Run, settle: (outcome: Outcome) => void): void {
    this.#later(50, () => {
      const stray = this.#strayOf(run);
      if (stray !== null) return settle({ kind: 'recovery-failed', because: `${stray} lives` });
      if (!this.#machine.claim(keyOf(action))) return settle(this.#startedBefore(action));
      this.#monitor.starts(run.id, `recovery agent ${action.recovery}`);
      this.#machine.mend(run.id, action.recovery);
      this.#later(10, () => settle(this.#startedBefore(action)));
    });
  }

  #strayOf(run: Run): string | null {
    const { standbys } = this.#machine;
    const standby = this.#plant.standby === 'is taken for a stray' ? standbys.living.find((one) => one.run === run.id) : undefined;
    if (standby !== undefined) return `standby ${standby.identity.pid}`;
    return this.#plant.overlooksStrays === true ? null : this.#machine.strayOf(run);
  }

  #end({ run, attempt }: Action & { kind: 'end' }, { stopping }: Run, settle: (outcome: Outcome) => void): void {
    this.#later(100 + 10_000 * this.#machine.chance(), () => {
      if (spend(this.#machine.endsFail, run)) return settle({ kind: 'end-failed', attempt, because: 'it does not die' });
      const processes = this.#machine.attempt(run, attempt);
      processes?.kill('SIGTERM');
      if (stopping !== null) for (const one of this.#machine.attempts) if (one.run === run) one.kill('SIGTERM');
      settle({ kind: 'ended', attempt, because: processes?.isUnseenLeft === true ? `SIGTERM; ${PERHAPS_LEFT}: make` : 'SIGTERM' });
    });
  }

  #startedBefore(action: Action & { kind: 'resume' | 'recover' }): Outcome {
    const gone: Outcome = { kind: 'abandoned', because: 'it was abandoned while starting' };
    if (this.#machine.claims.get(keyOf(action)) !== 'shim') return gone;
    if (action.kind === 'resume') {
      const processes = this.#machine.attempt(action.run, action.attempt);
      return processes === null || processes.shim.bootId !== this.#machine.bootId ? gone : startedAs(processes);
    }
    const mender = this.#machine.menders.find(({ run, number }) => run === action.run && number === action.recovery);
    return mender === undefined || mender.shim.bootId !== this.#machine.bootId ? gone : { kind: 'recovery-started', shim: mender.shim };
  }
}

/** The name of a process that cannot be proved to be gone. */
export const PERHAPS_LEFT = 'perhaps left';

/** What is claimed for it. */
export const keyOf = (action: Action): string =>
  action.kind === 'recover'
    ? `${action.run}/recovery-${action.recovery}`
    : action.kind === 'resume'
      ? `${action.run}/${action.attempt}`
      : action.id;

/** Whether this one fails, as planned. */
function spend(failures: Map<string, number>, run: string): boolean {
  const left = failures.get(run) ?? 0;
  failures.set(run, Math.max(0, left - 1));
  return left > 0;
}
