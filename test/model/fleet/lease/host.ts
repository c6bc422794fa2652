import {
  type Lease,
  type LeaseAction,
  type LeaseEvent,
  type LeaseRow,
  type Moment,
  protects,
  recalled,
  unseen,
} from '../../../../src/core/fleet/lease.ts';
import type { LeaseTimes } from '../../../../src/core/fleet/times.ts';
import type { Chance } from '../../programs/chance.ts';
import type { Clock } from '../../world/clock.ts';
import type { Bucket } from '../world/bucket.ts';

/** What a host knows of who may work on the shared files: written beside them before any work. */
export interface Token {
  readonly epoch: number;
  readonly nonce: string;
}

/** The files that the work is about, which every host can reach. */
interface Workspace {
  token: Token | null;
}

/** Takes a step of the lease; a planted bug takes another. */
export type Step = (lease: Lease, event: LeaseEvent, moment: Moment) => { lease: Lease; actions: readonly LeaseAction[] };

export interface Around {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly leases: Bucket<LeaseRow>;
  readonly workspace: Workspace;
  readonly step: Step;
  /** This host's work begins, with this token. */
  readonly began: (host: Host, token: Token) => void;
  /** This host counts as the holder from now on. */
  readonly held: (host: Host) => void;
  /** This host gives its work up. */
  readonly ended: (host: Host) => void;
}

const TICK_MS = 250;
/** The one lease that all want. */
export const LEASE = 'job';

/** As short as the rules for them allow, so that every mistake of a second matters. */
export const TIMES: LeaseTimes = { renewMs: 10_000, fenceMs: 34_000, takeMs: 60_000, endMs: 12_000 };

/**
 * One host that would like to work under a lease. Its clock runs at its own rate. Systemd ends the
 * work when no renewal was acknowledged for as long as the fence, whatever state the program is in.
 */
export class Host {
  readonly name: string;
  isCut = false;
  /** The work is alive. */
  isWorking = false;
  wants = true;
  /** Its last step came when the lease was over by its own clock. */
  wasDue = false;
  /** What it wrote last beside its work. */
  token: Token | null = null;
  readonly #around: Around;
  readonly #rate: number;
  #lease: Lease;
  /** The program is not running, or is stopped. */
  #isAsleep = false;
  #late: (() => void)[] = [];
  #life = 0;
  #sleeps: (() => void) | null = null;
  #fedMs = Number.NEGATIVE_INFINITY;
  #tries = 0;

  constructor(name: string, around: Around) {
    this.name = name;
    this.#around = around;
    this.#rate = around.chance.between(91, 109) / 100;
    this.#lease = unseen(this.#nowMs, 0);
    this.#tick();
    this.#watchdogOfSystemd();
  }

  get holds(): boolean {
    return protects(this.#lease, this.#nowMs);
  }

  /** SIGSTOP and SIGCONT of the program alone: the work goes on. */
  sleep(forMs: number, woken = () => {}): void {
    if (this.#isAsleep) return;
    this.#isAsleep = true;
    this.#around.clock.after(forMs, () => {
      this.#isAsleep = false;
      const late = this.#late;
      this.#late = [];
      for (const happen of late) happen();
      woken();
    });
  }

  /** The same as soon as it has asked the engine for something. */
  sleepOnceAsked(forMs: number, woken: () => void): void {
    this.#sleeps = () => this.sleep(forMs, woken);
  }

  /** kill -9 of the program, and its next start. */
  restart(afterMs: number): void {
    if (this.#isAsleep) return;
    this.#life += 1;
    this.#isAsleep = true;
    this.#around.clock.after(afterMs, () => {
      this.#isAsleep = false;
      this.#late = [];
      this.#lease = recalled(this.#lease, this.#nowMs);
    });
  }

  /** The work has ended, and the lease is given up. */
  leave(): void {
    this.wants = false;
    if (this.isWorking) this.isWorking = false;
  }

  get #nowMs(): number {
    return 1_000_000 + this.#around.clock.nowMs * this.#rate;
  }

  #tick(): void {
    this.#around.clock.after(TICK_MS / this.#rate, () => this.#tick());
    if (this.#isAsleep) return;
    if (this.#lease.phase === 'fenced' && !this.isWorking) this.#happens({ kind: 'ended' });
    if (this.#lease.phase === 'held' && !this.wants && !this.isWorking) this.#happens({ kind: 'released' });
    this.#happens({ kind: 'tick' });
    this.#work();
  }

  /** Work begins only under the lease, where systemd guards it, and where no newer token was seen. */
  #work(): void {
    const { workspace, began } = this.#around;
    if (this.isWorking || !this.wants || this.#lease.phase !== 'held' || !this.holds || !this.#isFed) return;
    const { epoch, nonce } = this.#lease.row;
    const other = workspace.token;
    if (other !== null && other.nonce !== nonce && other.epoch >= epoch) {
      // The engine was rolled back: this epoch was somebody's before.
      this.#lease = unseen(this.#nowMs, other.epoch);
      return;
    }
    this.token = { epoch, nonce };
    workspace.token = this.token;
    this.isWorking = true;
    began(this, this.token);
  }

  get #isFed(): boolean {
    return this.#nowMs - this.#fedMs < TIMES.fenceMs;
  }

  #watchdogOfSystemd(): void {
    this.#around.clock.after(TICK_MS, () => this.#watchdogOfSystemd());
    if (this.isWorking && !this.#isFed) this.#end();
  }

  #end(): void {
    const { clock, chance } = this.#around;
    clock.after(chance.upTo(TIMES.endMs - 1000) / this.#rate, () => {
      this.isWorking = false;
    });
  }

  #happens(event: LeaseEvent): void {
    this.#tries += 1;
    const nonce = `${this.name}-${this.#tries}`;
    const epochBeside = this.#around.workspace.token?.epoch ?? 0;
    const moment = { nowMs: this.#nowMs, host: this.name, nonce, wants: this.wants, epochBeside, times: TIMES };
    const before = this.#lease;
    const { lease, actions } = this.#around.step(before, event, moment);
    this.#lease = lease;
    this.wasDue = before.phase === 'held' && this.#nowMs >= before.untilMs;
    for (const action of actions) this.#does(action);
    if (this.#sleeps === null || !lease.isAsking) return;
    this.#sleeps();
    this.#sleeps = null;
  }

  #does(action: LeaseAction): void {
    const { leases } = this.#around;
    const isCut = () => this.isCut;
    switch (action.kind) {
      case 'read':
        leases.read(
          isCut,
          LEASE,
          this.#answers((stored) => ({ kind: 'read', stored })),
        );
        return;
      case 'swap':
        leases.swap(
          isCut,
          LEASE,
          action.rev,
          action.row,
          this.#answers((result) => ({ kind: 'swapped', result })),
        );
        return;
      case 'feed':
        this.#fedMs = this.#nowMs;
        this.#around.held(this);
        return;
      case 'end':
        this.#around.ended(this);
        this.#end();
        return;
    }
  }

  /** Answers reach the program that asked, when it runs. */
  #answers<T>(event: (got: T) => LeaseEvent): (got: T) => void {
    const life = this.#life;
    return (got) => {
      const happen = () => {
        if (life === this.#life) this.#happens(event(got));
      };
      if (this.#isAsleep) this.#late.push(happen);
      else happen();
    };
  }
}
