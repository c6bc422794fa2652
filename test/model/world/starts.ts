import type { Action } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import type { Monitor } from '../checks/monitor.ts';
import type { Plant } from '../plant.ts';
import type { Machine } from './machine.ts';
import type { Standby } from './standbys/standby.ts';

/**
 * How long a shim takes from its start, or a standby from its word, until it has claimed its
 * attempt.
 */
const EXEC_MS = 3;
/** The same on a machine that is busy for once. */
export const SLOW_MS = 5000;

/** Shims on their way to the command, which no watchdog can stop any more. */
export class Starts {
  readonly #machine: Machine;
  readonly #monitor: Monitor;
  readonly #plant: Plant;

  constructor(machine: Machine, monitor: Monitor, plant: Plant) {
    this.#machine = machine;
    this.#monitor = monitor;
    this.#plant = plant;
    machine.standbys.leaves = (standby) => {
      if (plant.standby === 'starts at the end of its FIFO') this.#begins(standby);
      return plant.standby !== 'outlives its watchdog';
    };
  }

  /** A new shim starts the attempt. Returns how long it takes (ms). */
  anew({ run: id, attempt }: Action & { kind: 'resume' }, run: Run): number {
    const { boot, standbys } = this.#machine;
    const takesMs = this.#takesMs(null);
    this.#machine.clock.after(takesMs, () => {
      if (boot !== this.#machine.boot || !this.#machine.claim(`${id}/${attempt}`)) return;
      this.#monitor.startsAttempt(id, attempt, standbys.surroundings(run));
      this.#machine.start(id, attempt);
    });
    return takesMs;
  }

  /** The command is written, and the word is said. Returns how long it takes (ms). */
  word(standby: Standby): number {
    const takesMs = this.#takesMs(standby);
    this.#machine.clock.after(takesMs, () => this.#begins(standby));
    return takesMs;
  }

  /** Someone else than its watchdog writes the word: there is no command. */
  intrude(): void {
    for (const standby of this.#machine.standbys.living) {
      if (this.#plant.standby === 'trusts the word alone') this.#begins(standby);
      standby.isAlive = false;
    }
  }

  #begins(standby: Standby): void {
    const { run, attempt } = standby;
    if (!standby.isAlive) return;
    standby.isAlive = false;
    const isClaimed = this.#machine.claim(`${run}/${attempt}`);
    if (!isClaimed && this.#plant.standby !== 'starts without a claim') return;
    this.#monitor.startsAttempt(run, attempt, standby.made);
    this.#machine.start(run, attempt, standby.identity);
  }

  /** What was planned for this start happens now. */
  #takesMs(standby: Standby | null): number {
    const how = this.#machine.atStarts.shift() ?? null;
    if (how === null) return EXEC_MS;
    this.#machine.clock.after(1, () => {
      if (how !== 'standby-dies') this.#machine.starting(how);
      else if (standby !== null) standby.isAlive = false;
    });
    return how === 'slow' ? SLOW_MS : EXEC_MS;
  }
}
