import type { Action } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { keyOf } from '../world/effects.ts';
import type { Machine } from '../world/machine.ts';
import type { Surroundings } from '../world/standbys/standby.ts';
import { type BrokenRule, rule } from './invariants.ts';

/** What was decided and what was started, without knowing the core. */
export class Starts {
  readonly #machine: Machine;
  /** The surroundings of each attempt when the decision to start it was stored. */
  readonly #decided = new Map<string, Surroundings>();
  #begun = new Set<string>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The decision to start it is on disk. */
  decided(action: Action, run: Run): void {
    this.#decided.set(keyOf(action), this.#machine.standbys.surroundings(run));
  }

  /** 3: the number of an attempt is claimed only for a decision that is on disk. */
  claims(key: string): BrokenRule | null {
    return this.#decided.has(key) ? null : rule(3, `${key} is claimed, and no decision to start it is on disk`);
  }

  /** 1, 3, 16: an attempt starts once, as decided, in the surroundings of that moment or later. */
  begins(run: string, attempt: number, got: Surroundings): BrokenRule | null {
    const key = `${run}/${attempt}`;
    const wanted = this.#decided.get(key);
    if (wanted === undefined) return rule(3, `${key} is started, and no decision to start it is on disk`);
    if (this.#begun.has(key)) return rule(1, `${key} is started twice`);
    this.#begun.add(key);
    if (got.environment < wanted.environment) return rule(16, `${key} is started with variables that were changed before`);
    return got.settings === wanted.settings ? null : rule(16, `${key} is started with settings that were changed before`);
  }

  /**
   * Calling the result goes back to an older copy of the state, in which later attempts did not
   * start.
   */
  copy(): () => void {
    const begun = [...this.#begun];
    return () => {
      this.#begun = new Set(begun);
    };
  }
}
