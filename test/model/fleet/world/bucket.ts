import type { Stored, Swapped } from '../../../../src/core/fleet/lease.ts';
import type { Engine } from './engine.ts';

interface Written<Row> extends Stored<Row> {
  readonly atMs: number;
}

/**
 * What a watch or a read brings, and how long ago it was written by the clock of the engine: as
 * long as it is looked at, and not when it arrived.
 */
export interface Came<Row> extends Stored<Row> {
  readonly ageMs: () => number;
}

interface Watch<Row> {
  readonly isCut: () => boolean;
  readonly prefix: string;
  readonly deliver: (key: string, came: Came<Row>) => void;
  readonly queue: { readonly key: string; readonly written: Written<Row> }[];
  silentUntilMs: number;
  isPumping: boolean;
}

/** How far the replica of a reader may be behind. */
const BEHIND_MS = 3000;
const WATCH_MS = 40;
const TRY_AGAIN_MS = 300;
/** By how much the clocks of the engine's nodes differ at most. */
const NODES_MS = 1000;
const KEPT = 50;

/** Rows by key, with one count of revisions for all. */
export class Bucket<Row> {
  readonly #engine: Engine;
  readonly #keys = new Map<string, Written<Row>[]>();
  readonly #watches = new Set<Watch<Row>>();
  #last = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  newest(key: string): Stored<Row> {
    return this.#keys.get(key)?.at(-1) ?? NONE;
  }

  read(isCut: () => boolean, key: string, answer: (came: Came<Row> | null) => void): void {
    this.#engine.ask(isCut, () => this.#behind(key), answer);
  }

  /** All keys below a prefix, and their rows as a replica has them. */
  list(isCut: () => boolean, prefix: string, answer: (all: ReadonlyMap<string, Came<Row>> | null) => void): void {
    const all = () => new Map([...this.#keys.keys()].filter((key) => key.startsWith(prefix)).map((key) => [key, this.#behind(key)]));
    this.#engine.ask(isCut, all, answer);
  }

  swap(isCut: () => boolean, key: string, rev: number, row: Row, answer: (result: Swapped) => void): void {
    const write = (): Swapped => {
      if (this.#engine.refuses || rev !== this.newest(key).rev) return { kind: 'refused' };
      this.#last += 1;
      const written = { rev: this.#last, row, atMs: this.#engine.clock.nowMs };
      this.#keys.set(key, [...(this.#keys.get(key) ?? []).slice(-KEPT), written]);
      for (const watch of this.#watches) if (key.startsWith(watch.prefix)) this.#tell(watch, key, written);
      return { kind: 'written', rev: written.rev };
    };
    this.#engine.ask(isCut, write, (result) => answer(result ?? { kind: 'unknown' }));
  }

  /** Delivers what is there, and every change, in order. Returns how to end that. */
  watch(isCut: () => boolean, prefix: string, deliver: (key: string, came: Came<Row>) => void): () => void {
    const watch: Watch<Row> = { isCut, prefix, deliver, queue: [], silentUntilMs: 0, isPumping: false };
    this.#watches.add(watch);
    for (const [key, rows] of this.#keys) if (key.startsWith(prefix) && rows.length > 0) this.#tell(watch, key, rows.at(-1)!);
    return () => this.#watches.delete(watch);
  }

  silence(forMs: number): void {
    const { chance, clock } = this.#engine;
    for (const watch of this.#watches) if (chance.oneIn(2)) watch.silentUntilMs = clock.nowMs + forMs;
  }

  /** Loses what was written in the last milliseconds. Returns whether that was anything. */
  rollBack(ms: number): boolean {
    const sinceMs = this.#engine.clock.nowMs - ms;
    let isLess = false;
    this.#last = 0;
    for (const [key, rows] of this.#keys) {
      const kept = rows.filter(({ atMs }) => atMs <= sinceMs);
      isLess ||= kept.length < rows.length;
      this.#keys.set(key, kept);
      this.#last = Math.max(this.#last, kept.at(-1)?.rev ?? 0);
    }
    return isLess;
  }

  lose(): void {
    this.#keys.clear();
    this.#last = 0;
  }

  #tell(watch: Watch<Row>, key: string, written: Written<Row>): void {
    watch.queue.push({ key, written });
    if (watch.isPumping) return;
    watch.isPumping = true;
    this.#pump(watch, this.#engine.chance.upTo(WATCH_MS));
  }

  #pump(watch: Watch<Row>, afterMs: number): void {
    const { clock } = this.#engine;
    clock.after(afterMs, () => {
      if (!this.#watches.has(watch)) return;
      if (watch.isCut() || this.#engine.isDeaf || clock.nowMs < watch.silentUntilMs) return this.#pump(watch, TRY_AGAIN_MS);
      watch.isPumping = false;
      for (const { key, written } of watch.queue.splice(0)) watch.deliver(key, this.#came(written));
    });
  }

  #behind(key: string): Came<Row> {
    const { chance, clock } = this.#engine;
    const lag = chance.oneIn(3) ? chance.upTo(BEHIND_MS) : 0;
    const rows = this.#keys.get(key) ?? [];
    return this.#came(rows.findLast(({ atMs }) => atMs <= clock.nowMs - lag) ?? NONE);
  }

  #came({ rev, row, atMs }: Written<Row>): Came<Row> {
    const { chance, clock } = this.#engine;
    const skewMs = chance.upTo(NODES_MS);
    return { rev, row, ageMs: () => Math.max(0, clock.nowMs - atMs - skewMs) };
  }
}

const NONE = { rev: 0, row: null, atMs: Number.NEGATIVE_INFINITY };
