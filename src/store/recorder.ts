import type { Decision } from '../core/decision.ts';
import { isActive, type Run } from '../core/model/run.ts';
import type { NoticeChanges } from '../core/notices/notice.ts';
import { onlyVitalsChanged } from '../core/run/volatile.ts';
import type { RestNotes } from './rest-file.ts';
import type { Store } from './store.ts';

/** Records what matters at once, and what only moved numbers on when `checkpoint` is called. */
export class Recorder {
  readonly #store: Store;
  readonly #rests: Pick<RestNotes, 'before' | 'after'> | null;
  readonly #touched = new Map<string, Run>();

  /** `rests`: where it is noted beside the state which runs have come to rest, or null. */
  constructor(store: Store, rests: Pick<RestNotes, 'before' | 'after'> | null = null) {
    this.#store = store;
    this.#rests = rests;
  }

  /** `notices`: what it makes of them, in the same transaction. */
  record(decision: Decision, notices?: NoticeChanges): void {
    if (decision.kind === 'host' && !decision.material && decision.reply === null && notices === undefined) return;
    // What is not active is not in memory: the next observation of it begins with what is on the disk.
    if (decision.kind === 'run' && !decision.material && notices === undefined && isActive(decision.run)) {
      const { run, given } = decision;
      if (this.#touched.has(run.id) || !onlyVitalsChanged(given.run, run)) this.#touched.set(run.id, run);
      return;
    }
    if (decision.kind === 'run') this.#rests?.before(decision.run);
    this.#store.record([decision], notices);
    if (decision.kind !== 'run') return;
    this.#rests?.after(decision.run);
    this.#touched.delete(decision.run.id);
  }

  /** True while numbers have moved on that are not written down. */
  get isBehind(): boolean {
    return this.#touched.size > 0;
  }

  checkpoint(): void {
    if (this.#touched.size === 0) return;
    this.#store.checkpoint([...this.#touched.values()]);
    this.#touched.clear();
  }
}
