import { ANSWER_MS } from '../../../../src/core/fleet/times.ts';
import type { Chance } from '../../programs/chance.ts';
import type { Clock } from '../../world/clock.ts';
import { Bucket } from './bucket.ts';

/** The time within which an engine at rest answers. */
const PROMPTLY_MS = 40;

/**
 * An engine as weak as three real nodes were seen to be: an answer gets lost although the row was
 * written, a row is written after everybody has given up on it, a write is refused for no reason, a
 * read answers with an older row, a watch says nothing for a while, and after a power loss the
 * newest rows are gone while their revisions come again.
 */
export class Engine {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly #buckets: Bucket<unknown>[] = [];
  /** It answers nobody before this. */
  #deafUntilMs = 0;
  /** It refuses every write before this, as one does whose disks were full. */
  #refusesUntilMs = 0;
  /** One in so many answers is lost; 0 for none. */
  losesOneIn = 0;
  rolledBackMs = Number.NEGATIVE_INFINITY;
  #made = 1;

  constructor(clock: Clock, chance: Chance) {
    this.clock = clock;
    this.chance = chance;
  }

  bucket<Row>(): Bucket<Row> {
    const bucket = new Bucket<Row>(this);
    this.#buckets.push(bucket as Bucket<unknown>);
    return bucket;
  }

  get isDeaf(): boolean {
    return this.clock.nowMs < this.#deafUntilMs;
  }

  get refuses(): boolean {
    return this.clock.nowMs < this.#refusesUntilMs;
  }

  /** When its streams were made: others after it was lost with all data. */
  get made(): string {
    return `made-${this.#made}`;
  }

  deafen(forMs: number): void {
    this.#deafUntilMs = this.clock.nowMs + forMs;
  }

  loseAnswers(forMs: number): void {
    this.losesOneIn = this.chance.of([2, 4, 10]);
    this.clock.after(forMs, () => {
      this.losesOneIn = 0;
    });
  }

  refuse(forMs: number): void {
    this.#refusesUntilMs = this.clock.nowMs + forMs;
  }

  /** After the death of a node some watches say nothing, without an error. */
  silence(forMs: number): void {
    for (const bucket of this.#buckets) bucket.silence(forMs);
  }

  /** Loses what was written in the last milliseconds: of one bucket more than of another. */
  rollBack(ms: number): void {
    for (const [number, bucket] of this.#buckets.entries())
      if (bucket.rollBack(number === 0 ? ms : this.chance.upTo(ms))) this.rolledBackMs = this.clock.nowMs;
  }

  /** Begins anew, with nothing. */
  lose(): void {
    this.#made += 1;
    this.rolledBackMs = this.clock.nowMs;
    for (const bucket of this.#buckets) bucket.lose();
  }

  calm(): void {
    this.losesOneIn = 0;
    this.#deafUntilMs = 0;
    this.#refusesUntilMs = 0;
  }

  /** A request whose sender is cut off, or whose engine is deaf, may still arrive: late. */
  ask<T>(isCut: () => boolean, happen: () => T, answer: (got: T | null) => void): void {
    const { chance, clock } = this;
    const isLost = () => isCut() || this.isDeaf || (this.losesOneIn > 0 && chance.oneIn(this.losesOneIn));
    const giveUp = () => clock.after(ANSWER_MS, () => answer(null));
    if (isLost()) {
      // Out of a cut link it comes only by a late retransmission.
      if (chance.oneIn(isCut() ? 30 : 3)) clock.after(chance.upTo(2 * ANSWER_MS), () => void happen());
      giveUp();
      return;
    }
    clock.after(chance.upTo(PROMPTLY_MS), () => {
      const got = happen();
      if (isLost()) giveUp();
      else clock.after(chance.upTo(PROMPTLY_MS), () => answer(got));
    });
  }
}
