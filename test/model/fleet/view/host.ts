import { summary } from '../../../../src/core/fleet/beat.ts';
import type { Outbox, Posted } from '../../../../src/core/fleet/outbox.ts';
import { LEASE_TIMES } from '../../../../src/core/fleet/times.ts';
import type { Chance } from '../../programs/chance.ts';
import type { Clock } from '../../world/clock.ts';
import type { Bucket } from '../world/bucket.ts';
import type { Engine } from '../world/engine.ts';
import { Member } from '../world/member.ts';
import { Sender } from '../world/sender.ts';
import type { Laws } from './laws.ts';
import { Truth } from './truth.ts';

const RUNS = ['build', 'train', 'docs', 'port'];

/** The state of a host as it was once, which somebody may put back. */
interface Copy {
  readonly rows: Outbox;
  readonly beats: Outbox;
  readonly truth: ReadonlyMap<string, string>;
}

/** A host whose runs change, and which says so. */
export class Host extends Member {
  readonly truth = new Truth();
  isQuiet = false;
  readonly #clock: Clock;
  readonly #rows: Sender;
  readonly #beats: Sender;
  readonly #copies: Copy[] = [];
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(name: string, engine: Engine, chance: Chance, rows: Bucket<Posted>, beats: Bucket<Posted>, laws: Laws) {
    super(name, engine.clock, chance);
    this.#clock = engine.clock;
    this.#rows = new Sender(this, engine, { bucket: rows, prefix: `${name}.`, step: laws.outbox });
    this.#beats = new Sender(this, engine, { bucket: beats, prefix: name, step: laws.outbox, before: () => this.#beat(laws) });
    this.every(chance.between(1000, 20_000), () => {
      if (!this.isQuiet) this.#change(chance.of(RUNS), `${this.#clock.nowMs}`);
    });
    this.every(50_000, () => this.#copies.push({ rows: this.#rows.outbox, beats: this.#beats.outbox, truth: this.truth.now }));
  }

  /** Its state directory is put back from the oldest copy of the last minutes. */
  restore(afterMs: number): void {
    this.restart(afterMs, () => {
      const copy = this.#copies.at(-3);
      if (copy === undefined) return;
      this.#copies.length = 0;
      this.#rows.outbox = copy.rows;
      this.#beats.outbox = copy.beats;
      for (const run of this.truth.runs) this.truth.says(this.#clock.nowMs, run, copy.truth.get(run) ?? null);
    });
  }

  #change(run: string, document: string): void {
    this.truth.says(this.#clock.nowMs, run, document);
    this.#rows.happens({ kind: 'changed', key: run, document });
  }

  #beat({ isToBeat }: Laws): void {
    if (!isToBeat(this.#beats.outbox, this.#saidMs, this.nowMs, LEASE_TIMES)) return;
    this.#saidMs = this.nowMs;
    this.#beats.happens({ kind: 'changed', key: '', document: JSON.stringify({ saidMs: this.nowMs, ...summary(this.#rows.outbox) }) });
  }
}
