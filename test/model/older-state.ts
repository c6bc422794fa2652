import type { Monitor } from './checks/monitor.ts';
import type { Machine } from './world/machine.ts';

/** A copy of the complete state, to be put back later. */
export class OlderState {
  readonly #machine: Machine;
  readonly #monitor: Monitor;
  #copies: readonly (() => void)[] = [];

  constructor(machine: Machine, monitor: Monitor) {
    this.#machine = machine;
    this.#monitor = monitor;
  }

  take(): void {
    this.#copies = [this.#machine.copy(), this.#monitor.copy()];
  }

  putBack(): void {
    for (const putBack of this.#copies) putBack();
  }
}
