import { isActive, type Run } from '../core/model/run.ts';
import type { WithNotices } from '../core/notice-changes.ts';
import { together } from '../core/notices/notice.ts';
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

  /** All of them, or it throws and records none. */
  record(group: readonly WithNotices[]): void {
    const pending = new Pending(this.#touched, this.#spent);
    const stored = group.flatMap((one) => this.#toStore(one, pending));
    if (stored.length > 0) {
      const last = new Map(stored.flatMap(({ decision }) => (decision.kind === 'run' ? [[decision.run.id, decision.run] as const] : [])));
      for (const run of last.values()) this.#rests?.before(run);
      const changes = stored.flatMap(({ notices }) => notices ?? []);
      const decisions = stored.map(({ decision }) => decision);
      this.#store.record(decisions, changes.length === 0 ? undefined : together(changes));
      for (const run of last.values()) this.#rests?.after(run);
    }
    pending.apply();
  }

  /** What is stored of it at once: nothing if only numbers changed. */
  #toStore({ decision, notices }: WithNotices, pending: Pending): readonly WithNotices[] {
    if (decision.kind === 'host' && !decision.material && decision.reply === null && notices === undefined) return [];
    // An inactive run is not in memory: its next observation starts from what is on disk.
    if (decision.kind === 'run' && !decision.material && decision.windows === null && notices === undefined && isActive(decision.run)) {
      const { run, given, spent } = decision;
      if (pending.isTouched(run.id) || !onlyVitalsChanged(given.run, run)) pending.touch(run);
      if (spent.length > 0) pending.spend(run.id, spent);
      return [];
    }
    const with_ = notices === undefined ? {} : { notices };
    if (decision.kind === 'host' && decision.observation.kind === 'run.removed') pending.forget(decision.observation.run);
    if (decision.kind !== 'run') return [{ decision, ...with_ }];
    const spent = pending.takeSpent(decision.run.id, decision.spent);
    return [{ decision: { ...decision, spent }, ...with_ }];
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

/** What changes in a recorder with a group, once that is stored. */
class Pending {
  readonly #touched: Map<string, Run>;
  readonly #spent: Map<string, readonly SpendEntry[]>;
  /** Null for what is stored or gone. */
  readonly #runs = new Map<string, Run | null>();
  readonly #entries = new Map<string, readonly SpendEntry[]>();

  constructor(touched: Map<string, Run>, spent: Map<string, readonly SpendEntry[]>) {
    this.#touched = touched;
    this.#spent = spent;
  }

  isTouched(run: string): boolean {
    const pending = this.#runs.get(run);
    return pending === undefined ? this.#touched.has(run) : pending !== null;
  }

  touch(run: Run): void {
    this.#runs.set(run.id, run);
  }

  spend(run: string, spent: readonly SpendEntry[]): void {
    this.#entries.set(run, [...this.#spentBy(run), ...spent]);
  }

  /** What a run spent that is not stored yet, with these: the run is stored with them. */
  takeSpent(run: string, spent: readonly SpendEntry[]): readonly SpendEntry[] {
    const before = this.#spentBy(run);
    this.#runs.set(run, null);
    this.#entries.set(run, []);
    return before.length === 0 ? spent : [...before, ...spent];
  }

  forget(run: string): void {
    this.#runs.set(run, null);
  }

  apply(): void {
    for (const [id, run] of this.#runs) {
      if (run === null) this.#touched.delete(id);
      else this.#touched.set(id, run);
    }
    for (const [id, entries] of this.#entries) {
      if (entries.length === 0) this.#spent.delete(id);
      else this.#spent.set(id, entries);
    }
  }

  #spentBy(run: string): readonly SpendEntry[] {
    return this.#entries.get(run) ?? this.#spent.get(run) ?? [];
  }
}
