import type { Decision, Reply } from '../core/decision.ts';
import { isMereLook } from '../core/mere-look.ts';
import type { NoticeChanges } from '../core/notices.ts';
import { isActive, type Run } from '../core/run.ts';
import type { Store } from './store.ts';

/** Records what matters at once, and what only moved numbers on when `checkpoint` is called. */
export class Recorder {
  readonly #store: Store;
  readonly #touched = new Map<string, Run>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** `notices`: what it makes of them, in the same transaction. */
  record(decided: Decision | Reply, notices?: NoticeChanges): void {
    // What is not active is not in memory: the next observation of it begins with what is on the disk.
    if ('observation' in decided && !decided.material && notices === undefined && isActive(decided.run)) {
      if (this.#touched.has(decided.run.id) || !isMereLook(decided.given.run, decided.run)) this.#touched.set(decided.run.id, decided.run);
      return;
    }
    this.#store.record([decided], notices);
    if ('observation' in decided) this.#touched.delete(decided.run.id);
  }

  checkpoint(): void {
    if (this.#touched.size === 0) return;
    this.#store.checkpoint([...this.#touched.values()]);
    this.#touched.clear();
  }
}
