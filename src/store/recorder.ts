import type { Decision, RunDecision } from '../core/decision.ts';
import { isActive, type Run } from '../core/model/run.ts';
import type { NoticeChanges } from '../core/notices/notice.ts';
import type { SpendEntry } from '../core/run/spent.ts';
import { onlyVitalsChanged } from '../core/run/volatile.ts';
import type { RestNotes } from './rest-file.ts';
import type { Store } from './store.ts';

/** Records what matters at once, and changed numbers when `checkpoint` is called. */
export class Recorder {
  readonly #store: Store;
  readonly #rests: Pick<RestNotes, 'before' | 'after'> | null;
  readonly #touched = new Map<string, Run>();
  /** What the touched runs spent. */
  readonly #spent = new Map<string, readonly SpendEntry[]>();

  /** `rests` notes beside the state which runs have come to rest, or is null. */
  constructor(store: Store, rests: Pick<RestNotes, 'before' | 'after'> | null = null) {
    this.#store = store;
    this.#rests = rests;
  }

  /** `notices` are the resulting notice changes, recorded in the same transaction. */
  record(decision: Decision, notices?: NoticeChanges): void {
    if (decision.kind === 'host' && !decision.material && decision.reply === null && notices === undefined) return;
    // An inactive run is not in memory: its next observation starts from what is on disk.
    if (decision.kind === 'run' && !decision.material && decision.windows === null && notices === undefined && isActive(decision.run)) {
      const { run, given, spent } = decision;
      if (this.#touched.has(run.id) || !onlyVitalsChanged(given.run, run)) this.#touched.set(run.id, run);
      if (spent.length > 0) this.#spent.set(run.id, this.#spentWith(decision));
      return;
    }
    if (decision.kind === 'run') this.#rests?.before(decision.run);
    if (decision.kind === 'host' && decision.observation.kind === 'run.removed') this.#touched.delete(decision.observation.run);
    this.#store.record([decision.kind === 'run' ? { ...decision, spent: this.#spentWith(decision) } : decision], notices);
    if (decision.kind !== 'run') return;
    this.#rests?.after(decision.run);
    this.#touched.delete(decision.run.id);
    this.#spent.delete(decision.run.id);
  }

  #spentWith({ run, spent }: RunDecision): readonly SpendEntry[] {
    const before = this.#spent.get(run.id);
    return before === undefined ? spent : [...before, ...spent];
  }

  /** True while changed numbers are not stored yet. */
  get isBehind(): boolean {
    return this.#touched.size > 0;
  }

  checkpoint(): void {
    if (this.#touched.size === 0) return;
    this.#store.checkpoint([...this.#touched.values()], [...this.#spent.values()].flat());
    this.#touched.clear();
    this.#spent.clear();
  }
}
