import type { ProcessIdentity } from '../../../../src/core/model/facts.ts';
import type { Run } from '../../../../src/core/model/run.ts';
import { isSame } from '../../../../src/core/values/process-identity.ts';
import type { Clock } from '../clock.ts';

/**
 * A ready-made shim of the next attempt of a run, which waits for a word that only its watchdog can
 * say. It is no attempt before it has claimed the number of one.
 */
export interface Standby {
  readonly run: string;
  readonly attempt: number;
  /** The fence of the watchdog that made it, and holds the other end of its FIFO. */
  readonly fence: number;
  readonly identity: ProcessIdentity;
  /** The surroundings that it was made with. */
  readonly made: Surroundings;
  isAlive: boolean;
}

/** What an attempt gets from its run. */
export interface Surroundings {
  /** The version of the file with the run's variables. */
  readonly environment: number;
  readonly settings: string;
}

/** How soon a standby sees that its FIFO ended. */
const SEES_THE_END_MS = 2;
const FIRST_PID = 1_000_000;

/** The standbys of a machine, as they really are. */
export class Standbys {
  readonly all: Standby[] = [];
  /** Whose making fails, and how often. */
  readonly makingsFail = new Map<string, number>();
  /** The fences of dead watchdogs. */
  readonly orphaned = new Set<number>();
  /** Whether a standby leaves whose FIFO ends without a word. */
  leaves: (standby: Standby) => boolean = () => true;
  readonly #clock: Clock;
  readonly #environments = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get living(): readonly Standby[] {
    return this.all.filter(({ isAlive }) => isAlive);
  }

  has(identity: ProcessIdentity): boolean {
    return this.living.some((one) => isSame(one.identity, identity));
  }

  make(run: Run, fence: number, bootId: string): Standby {
    const pid = FIRST_PID + this.all.length;
    const standby: Standby = {
      run: run.id,
      attempt: run.tried + 1,
      fence,
      identity: { bootId, pid, startTicks: pid * 100 },
      made: this.surroundings(run),
      isAlive: true,
    };
    this.all.push(standby);
    return standby;
  }

  /** Of an attempt that is started now. */
  surroundings({ id, spec }: Run): Surroundings {
    return { environment: this.#environments.get(id) ?? 0, settings: JSON.stringify(spec) };
  }

  changeEnvironment(run: string): void {
    this.#environments.set(run, (this.#environments.get(run) ?? 0) + 1);
  }

  /** The write end of its FIFO is closed. */
  close(standby: Standby): void {
    this.#clock.after(SEES_THE_END_MS, () => {
      if (standby.isAlive && this.leaves(standby)) standby.isAlive = false;
    });
  }

  /** The watchdog with this fence is dead, and with it the write ends that it held. */
  orphan(fence: number): void {
    this.orphaned.add(fence);
    for (const standby of this.living) if (standby.fence === fence) this.close(standby);
  }

  killAll(): void {
    for (const standby of this.all) standby.isAlive = false;
  }
}
