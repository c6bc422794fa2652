import type { Run } from '../../../../src/core/model/run.ts';
import { mayNeedStandby, nextAttempt } from '../../../../src/launch/standby/wanted.ts';
import type { Plant } from '../../plant.ts';
import type { Later } from '../effects.ts';
import type { Machine } from '../machine.ts';
import type { Standby } from './standby.ts';

/** An attempt has worked for this long before the next one is made ready. */
const MAKES_AFTER_MS = 500;
/** Fewer than a machine may have runs, so that some have to do without. */
const MOST = 3;

/** The standbys of one watchdog: one for each of some working runs. */
export class StandbyPool {
  readonly #machine: Machine;
  readonly #later: Later;
  readonly #plant: Plant;
  readonly #fence: number;
  readonly #own = new Map<string, Standby>();
  readonly #making = new Set<string>();
  readonly #runs = new Map<string, Run>();

  constructor(machine: Machine, later: Later, plant: Plant, fence: number) {
    this.#machine = machine;
    this.#later = later;
    this.#plant = plant;
    this.#fence = fence;
  }

  /** Called with each run when the watchdog begins, and after each decision about it. */
  follow(run: Run): void {
    this.#runs.set(run.id, run);
    const own = this.#own.get(run.id);
    if (own !== undefined && !this.#isUseful(own, run)) this.#discard(own);
    if (!this.#lacksOne(run) || this.#making.has(run.id)) return;
    this.#making.add(run.id);
    this.#later(MAKES_AFTER_MS, () => this.#make(run.id));
  }

  /**
   * Takes the standby of an attempt out of the pool, or returns null if there is none that would
   * do: what it was made with has to be what an attempt gets that is started now.
   */
  take(run: Run, attempt: number): Standby | null {
    const own = this.#own.get(run.id);
    if (own === undefined) return null;
    if (own.attempt !== attempt || !own.isAlive || !this.#isCurrent(own, run)) {
      this.#discard(own);
      return null;
    }
    this.#own.delete(run.id);
    return own;
  }

  #make(id: string): void {
    this.#making.delete(id);
    const run = this.#runs.get(id);
    if (run === undefined || !this.#lacksOne(run) || this.#own.size >= MOST) return;
    const { standbys, volume, bootId } = this.#machine;
    const failures = standbys.makingsFail.get(id) ?? 0;
    if (failures > 0) standbys.makingsFail.set(id, failures - 1);
    // Its FIFO and its directory need a disk.
    if (failures > 0 || volume.isReadOnly || volume.availableBytes === 0) return;
    const standby = standbys.make(run, this.#fence, bootId);
    this.#own.set(id, standby);
    if (this.#plant.standby === 'claims before the word') this.#machine.claim(`${id}/${standby.attempt}`);
  }

  #lacksOne(run: Run): boolean {
    return this.#isNeeded(run) && run.attempt?.alive === true && run.pending === null && !this.#own.has(run.id);
  }

  #isNeeded(run: Run): boolean {
    return mayNeedStandby(run, this.#machine.clock.now.mono);
  }

  #isUseful(standby: Standby, run: Run): boolean {
    if (standby.attempt !== nextAttempt(run)) return false;
    return this.#plant.standby === 'is kept after a stop' || (this.#isNeeded(run) && this.#isCurrent(standby, run));
  }

  #isCurrent({ made }: Standby, run: Run): boolean {
    const now = this.#machine.standbys.surroundings(run);
    const isSameEnvironment = made.environment === now.environment || this.#plant.standby === 'keeps its environment';
    return isSameEnvironment && (made.settings === now.settings || this.#plant.standby === 'keeps its settings');
  }

  #discard(standby: Standby): void {
    this.#own.delete(standby.run);
    this.#machine.standbys.close(standby);
  }
}
