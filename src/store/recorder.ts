import type { Decision, Reply } from '../core/decision.ts';
import type { Run } from '../core/run.ts';
import type { Store } from './store.ts';

/** Records what matters at once, and what only moved numbers on when `checkpoint` is called. */
export class Recorder {
  readonly #store: Store;
  readonly #touched = new Map<string, Run>();

  constructor(store: Store) {
    this.#store = store;
  }

  record(decided: Decision | Reply): void {
    if ('observation' in decided && !decided.material) {
      this.#touched.set(decided.run.id, decided.run);
      return;
    }
    this.#store.record([decided]);
    if ('observation' in decided) this.#touched.delete(decided.run.id);
  }

  checkpoint(): void {
    if (this.#touched.size === 0) return;
    this.#store.checkpoint([...this.#touched.values()]);
    this.#touched.clear();
  }
}
