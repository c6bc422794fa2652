import type { Run } from '../../core/model/run.ts';
import { LONGEST_WAIT_MS, mayNeedStandby, nextAttempt } from './wanted.ts';

/** What the pool needs to know of a standby. */
export interface Pooled {
  readonly attempt: number;
  readonly isAlive: boolean;
  discard(): void;
}

export interface PoolDeps<S extends Pooled> {
  /** How many there may be at once; 0 for none. */
  readonly most: number;
  /** Null if it cannot be made. */
  make(run: Run, attempt: number): Promise<S | null>;
  nowMono(): number;
  /** Calls back after this many ms; returns a function that prevents that. */
  later(ms: number, call: () => void): () => void;
}

/** An attempt has to live for this long before the next one is prepared. */
const SETTLED_MS = 150;
/** Nothing is prepared within this time of a decision: deaths often come together. */
const QUIET_MS = 30;
/** But a busy watchdog does not postpone it for ever. */
const LONGEST_UNQUIET_MS = 1000;
/** One that could not be made, or that died, is not made again before. */
const AGAIN_MS = 60_000;

interface Entry<S> {
  readonly run: Run;
  readonly standby: S;
}

/**
 * The standbys of all runs: made one at a time while nothing else happens, for the attempts that
 * were started last, since those that have lived for long go on living. Discarded as soon as the
 * start that they were made for cannot be the next one.
 */
export class StandbyPool<S extends Pooled> {
  readonly #deps: PoolDeps<S>;
  readonly #entries = new Map<string, Entry<S>>();
  /** Runs that have none and may need one. */
  readonly #lacking = new Map<string, { readonly run: Run; readonly fromMono: number }>();
  readonly #notBefore = new Map<string, number>();
  #making: string | null = null;
  #timer: (() => void) | null = null;
  #lastDecisionMono = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(deps: PoolDeps<S>) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Call this with each run at first, and after every decision about it. */
  follow(run: Run): void {
    if (this.#deps.most === 0 || this.#isClosed) return;
    const now = this.#deps.nowMono();
    this.#lastDecisionMono = now;
    const entry = this.#entries.get(run.id);
    const isWanted = mayNeedStandby(run, now);
    if (entry !== undefined) {
      if (isWanted && entry.run.spec === run.spec && entry.standby.attempt === nextAttempt(run)) this.#keep(run, entry);
      else this.discard(run.id);
    }
    if (isWanted && !this.#entries.has(run.id) && run.attempt?.alive === true && run.pending === null) this.#lack(run, now);
    else this.#lacking.delete(run.id);
  }

  /** The standby for this attempt of a run, or null. Whoever takes it has to use or discard it. */
  take(run: string, attempt: number): S | null {
    const entry = this.#entries.get(run);
    if (entry === undefined) return null;
    this.#entries.delete(run);
    if (entry.standby.attempt === attempt) return entry.standby;
    entry.standby.discard();
    return null;
  }

  discard(run: string): void {
    this.#entries.get(run)?.standby.discard();
    // Now another run can have one.
    if (this.#entries.delete(run)) this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.();
    for (const run of [...this.#entries.keys()]) this.discard(run);
  }

  #keep(run: Run, entry: Entry<S>): void {
    const hasDied = entry.run.attempt?.alive === true && run.attempt?.alive !== true;
    this.#entries.set(run.id, { ...entry, run });
    // A run that waits for longer holds its directory for nothing.
    if (hasDied) this.#deps.later(LONGEST_WAIT_MS, () => this.#entries.get(run.id)?.standby === entry.standby && this.discard(run.id));
  }

  #lack(run: Run, now: number): void {
    const before = this.#lacking.get(run.id);
    const isSame = before?.run.attempt?.number === run.attempt?.number;
    const fromMono = isSame && before !== undefined ? before.fromMono : Math.max(now + SETTLED_MS, this.#notBefore.get(run.id) ?? 0);
    this.#lacking.set(run.id, { run, fromMono });
    if (!isSame) this.#schedule();
  }

  /** At most one timer, and none while nothing is to be made. */
  #schedule(): void {
    if (this.#timer !== null || this.#making !== null || this.#isClosed) return;
    const next = this.#next();
    if (next === null) return;
    const now = this.#deps.nowMono();
    const quietMono = Math.min(this.#lastDecisionMono + QUIET_MS, next.fromMono + LONGEST_UNQUIET_MS);
    this.#timer = this.#deps.later(Math.max(1, next.fromMono - now, quietMono - now), () => this.#turn());
  }

  #turn(): void {
    this.#timer = null;
    const next = this.#next();
    const now = this.#deps.nowMono();
    const isQuiet = now >= this.#lastDecisionMono + QUIET_MS || (next !== null && now >= next.fromMono + LONGEST_UNQUIET_MS);
    if (next === null || now < next.fromMono || !isQuiet) this.#schedule();
    else void this.#make(next.run);
  }

  async #make(run: Run): Promise<void> {
    const attempt = nextAttempt(run);
    this.#making = run.id;
    this.#replaceOldest();
    let standby: S | null = null;
    try {
      standby = await this.#deps.make(run, attempt);
    } catch {
      // Whatever prevents it is reported when it prevents a start.
    }
    this.#making = null;
    const lacking = this.#lacking.get(run.id);
    this.#lacking.delete(run.id);
    if (standby === null) this.#notBefore.set(run.id, this.#deps.nowMono() + AGAIN_MS);
    // Meanwhile the run may have changed, or the attempt been started in the usual way.
    else if (this.#isClosed || lacking?.run.spec !== run.spec || nextAttempt(lacking.run) !== attempt) standby.discard();
    else this.#entries.set(run.id, { run: lacking.run, standby });
    if (lacking !== undefined && !this.#entries.has(run.id) && standby !== null) this.#lack(lacking.run, this.#deps.nowMono());
    this.#schedule();
  }

  /** Makes room for one more. The run that loses its own may get another one later. */
  #replaceOldest(): void {
    const oldest = this.#entries.size < this.#deps.most ? null : this.#oldest();
    if (oldest === null) return;
    this.discard(oldest.run.id);
    this.#lacking.set(oldest.run.id, { run: oldest.run, fromMono: this.#deps.nowMono() + SETTLED_MS });
  }

  /** The run that should get one next, or null if none should. */
  #next(): { readonly run: Run; readonly fromMono: number } | null {
    let next: { readonly run: Run; readonly fromMono: number } | null = null;
    for (const one of this.#lacking.values()) if (next === null || startedMono(one.run) > startedMono(next.run)) next = one;
    if (next === null || this.#entries.size < this.#deps.most) return next;
    const oldest = this.#oldest();
    return oldest !== null && startedMono(next.run) > startedMono(oldest.run) ? next : null;
  }

  #oldest(): Entry<S> | null {
    let oldest: Entry<S> | null = null;
    for (const one of this.#entries.values()) if (oldest === null || startedMono(one.run) < startedMono(oldest.run)) oldest = one;
    return oldest;
  }
}

const startedMono = ({ attempt }: Run): number => attempt?.startedAt.mono ?? 0;
