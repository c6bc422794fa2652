import { asyncScheduler, Observable, type SchedulerLike, type Subscription } from 'rxjs';
import { type Lease, type LeaseAction, type LeaseEvent, type LeaseRow, protects, unseen } from '../../src/core/fleet/lease.ts';
import { step } from '../../src/core/fleet/step.ts';
import type { LeaseTimes } from '../../src/core/fleet/times.ts';
import type { Engine } from '../../src/fleet/engine.ts';
import { inTime } from './in-time.ts';

const CARETAKER = 'caretaker';
/** How often it looks whether there is something to do, in renewals. */
const TICK = 1 / 10;

export interface DutyDeps {
  readonly engine: Engine;
  readonly host: string;
  readonly times: LeaseTimes;
  nowMs(): number;
  /** Whether this host is to have the duty, if nobody has. */
  wants(): boolean;
  /** Whether it has to know who has the duty, also if it does not want it. */
  looks(): boolean;
  /** A new one each time. */
  nonce(): string;
  readonly scheduler?: SchedulerLike;
}

/**
 * The duty that one host of a fleet has for all: to notify people of hosts that are silent. Nothing
 * has to be ended by whoever loses it, and two that have it for a moment make the same notices.
 */
export class Duty {
  readonly #deps: DutyDeps;
  readonly #scheduler: SchedulerLike;
  #lease: Lease;
  #isRunning = false;

  constructor(deps: DutyDeps) {
    this.#deps = deps;
    this.#scheduler = deps.scheduler ?? asyncScheduler;
    // A watchdog that was ended by force waits like anybody: its last nonce went with it.
    this.#lease = unseen(deps.nowMs(), 0);
  }

  get isMine(): boolean {
    return protects(this.#lease, this.#deps.nowMs());
  }

  /** Another host has it, as far as this one has seen. */
  get isOfAnother(): boolean {
    const row = this.#lease.phase === 'watching' ? this.#lease.seen?.row : null;
    return row != null && !row.isReleased && row.holder !== this.#deps.host;
  }

  readonly serving$: Observable<never> = new Observable(() => {
    this.#isRunning = true;
    let timer: Subscription;
    const beat = () => {
      this.#tick();
      timer = this.#scheduler.schedule(beat, this.#deps.times.renewMs * TICK);
    };
    beat();
    return () => {
      this.#isRunning = false;
      timer.unsubscribe();
    };
  });

  /** Lets others have it at once. */
  release(): void {
    if (this.#lease.phase === 'held') this.#happens({ kind: 'released' });
  }

  #tick(): void {
    const { phase, isAsking, nextMs } = this.#lease;
    const { nowMs, wants, looks } = this.#deps;
    if (phase === 'held' && !wants()) this.release();
    else if (phase === 'watching' && !wants() && !looks()) {
      if (!isAsking) this.#lease = unseen(nowMs(), this.#lease.floor);
    } else if (phase === 'fenced') this.#happens({ kind: 'ended' });
    else if (nowMs() >= nextMs || phase === 'held') this.#happens({ kind: 'tick' });
  }

  #happens(event: LeaseEvent): void {
    const { nowMs, host, nonce, wants, times } = this.#deps;
    const moment = { nowMs: nowMs(), host, nonce: nonce(), wants: wants(), epochBeside: 0, times };
    const { lease, actions } = step(this.#lease, event, moment);
    this.#lease = lease;
    for (const action of actions) this.#does(action);
  }

  #does(action: LeaseAction): void {
    const { engine } = this.#deps;
    const answer = (event: LeaseEvent) => {
      if (this.#isRunning) this.#happens(event);
    };
    if (action.kind === 'read')
      void inTime(engine.get('duty', CARETAKER), null, this.#scheduler).then((stored) =>
        answer({ kind: 'read', stored: stored === null ? null : { rev: stored.rev, row: leaseIn(stored.row) } }),
      );
    if (action.kind === 'swap')
      void inTime(
        engine.swap('duty', CARETAKER, action.rev, JSON.stringify(action.row)),
        { kind: 'unknown' } as const,
        this.#scheduler,
      ).then((result) => answer({ kind: 'swapped', result }));
  }
}

/** What is no lease counts as none: whoever wants it writes over it. */
function leaseIn(text: string | null): LeaseRow | null {
  if (text === null) return null;
  try {
    const { holder, nonce, epoch, beat, isReleased } = JSON.parse(text) as Partial<LeaseRow>;
    const isLease = typeof holder === 'string' && typeof nonce === 'string' && Number.isSafeInteger(epoch) && Number.isSafeInteger(beat);
    return isLease ? { holder, nonce, epoch: epoch as number, beat: beat as number, isReleased: isReleased === true } : null;
  } catch {
    return null;
  }
}
