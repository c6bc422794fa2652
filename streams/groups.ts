import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import type { Decision, EffectiveDecision } from '../src/core/decision.ts';
import { isActive } from '../src/core/model/run.ts';

export interface GroupDeps<Seen> {
  /** Null if it is about nothing known. */
  decide(seen: Seen): Decision | null;
  /** Stores all of them, or throws and stores none. */
  record(group: readonly Decision[]): void;
  /** Whether each of a group would fail in this way, too, if it were stored alone. */
  concernsAll(error: unknown): boolean;
  /** Calls back as soon as everything that waits was seen. */
  soon(call: () => void): void;
}

/** Bounds how long one transaction takes. */
const MOST = 256;

/**
 * Decides on each observation at once, stores what was decided together in one transaction, and
 * emits it only then, in its order, without refusals. One that cannot be stored does not take the
 * others with it: they are stored one by one, emitted, and then the result fails.
 */
export const inGroups =
  <Seen extends object>(deps: GroupDeps<Seen>): OperatorFunction<Seen, EffectiveDecision> =>
  (seen$) =>
    new Observable((subscriber) => {
      const groups = new Groups<Seen>(deps, subscriber);
      return seen$.subscribe({
        next: (seen) => groups.observe(seen),
        error: (error) => groups.end(() => subscriber.error(error)),
        complete: () => groups.end(() => subscriber.complete()),
      });
    });

class Groups<Seen extends object> {
  readonly #deps: GroupDeps<Seen>;
  readonly #subscriber: Subscriber<EffectiveDecision>;
  /** Decided and not stored yet. */
  #waiting: Decision[] = [];
  /** Runs that the store knows differently until the waiting ones are stored, and only it knows. */
  readonly #left = new Set<string>();
  /** Stored and not emitted yet. */
  readonly #stored: Decision[] = [];
  #isAsked = false;
  #isFlushing = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(deps: GroupDeps<Seen>, subscriber: Subscriber<EffectiveDecision>) {
    this.#deps = deps;
    this.#subscriber = subscriber;
  }

  observe(seen: Seen): void {
    if (this.#failure !== null) return;
    try {
      if ('run' in seen && typeof seen.run === 'string' && this.#left.has(seen.run)) this.#store();
      const decision = this.#deps.decide(seen);
      if (decision !== null) this.#await(decision);
    } catch (error) {
      this.#failure ??= { error };
    }
    if (this.#isAsked || this.#isFlushing) return;
    if (this.#waiting.length === 0 && this.#stored.length === 0 && this.#failure === null) return;
    this.#isAsked = true;
    this.#deps.soon(() => this.#flush());
  }

  end(over: () => void): void {
    this.#flush();
    if (this.#failure === null) over();
  }

  #await(decision: Decision): void {
    const removed = removedBy(decision);
    // What happens to its files before it is stored cannot be tried again.
    if (removed !== null) this.#store();
    this.#waiting.push(decision);
    if (decision.kind === 'run' && !isActive(decision.run)) this.#left.add(decision.run.id);
    if (removed !== null || this.#waiting.length >= MOST) this.#store();
  }

  #flush(): void {
    this.#isAsked = false;
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    do {
      this.#store();
      for (let one = this.#stored.shift(); one !== undefined && !this.#subscriber.closed; one = this.#stored.shift())
        if (one.kind !== 'refused') this.#subscriber.next(one);
    } while (this.#waiting.length > 0 && !this.#subscriber.closed);
    this.#isFlushing = false;
    if (this.#failure !== null) this.#subscriber.error(this.#failure.error);
  }

  #store(): void {
    const group = this.#waiting.splice(0);
    this.#left.clear();
    if (group.length === 0 || this.#subscriber.closed) return;
    try {
      this.#deps.record(group);
      this.#stored.push(...group);
    } catch (error) {
      if (group.length === 1 || this.#deps.concernsAll(error)) this.#failure ??= { error };
      else this.#storeOneByOne(group);
    }
  }

  #storeOneByOne(group: readonly Decision[]): void {
    const lost = new Set<string>();
    for (const decision of group) {
      const run = decision.kind === 'run' ? decision.run.id : null;
      // What follows for a run is nothing without what came before it.
      if (run !== null && lost.has(run)) continue;
      try {
        this.#deps.record([decision]);
        this.#stored.push(decision);
      } catch (error) {
        this.#failure ??= { error };
        if (run !== null) lost.add(run);
      }
    }
  }
}

/** The run that is removed, or null if none is. */
const removedBy = (decision: Decision): string | null =>
  decision.kind === 'host' && decision.observation.kind === 'run.removed' ? decision.observation.run : null;
