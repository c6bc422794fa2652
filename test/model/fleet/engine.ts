import type { LeaseRow, Stored, Swapped } from '../../../src/core/fleet/lease.ts';
import { ANSWER_MS } from '../../../src/core/fleet/times.ts';
import type { Chance } from '../programs/chance.ts';
import type { Clock } from '../world/clock.ts';

interface Written extends Stored {
  readonly atMs: number;
}

/** The time within which an engine at rest answers. */
const PROMPTLY_MS = 40;
/** How far the replica of a reader may be behind. */
const BEHIND_MS = 3000;

/**
 * One key of an engine, as weak as three real nodes were seen to be: an answer gets lost although
 * the row was written, a row is written after everybody has given up on it, a write is refused for
 * no reason, a read answers with an older row, and after a power loss the newest rows are gone
 * while their revisions come again.
 */
export class Engine {
  readonly #clock: Clock;
  readonly #chance: Chance;
  #rows: Written[] = [{ rev: 0, row: null, atMs: Number.NEGATIVE_INFINITY }];
  /** It answers nobody before this. */
  #deafUntilMs = 0;
  /** It refuses every write before this, as one does whose disks were full. */
  #refusesUntilMs = 0;
  /** One in so many answers is lost; 0 for none. */
  losesOneIn = 0;
  rolledBackMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  deafen(forMs: number): void {
    this.#deafUntilMs = this.#clock.nowMs + forMs;
  }

  refuse(forMs: number): void {
    this.#refusesUntilMs = this.#clock.nowMs + forMs;
  }

  /** Loses what was written in the last milliseconds. */
  rollBack(ms: number): void {
    const { nowMs } = this.#clock;
    const kept = this.#rows.filter(({ atMs }) => atMs <= nowMs - ms);
    if (kept.length < this.#rows.length) this.rolledBackMs = nowMs;
    this.#rows = kept;
  }

  read(isCut: () => boolean, answer: (stored: Stored | null) => void): void {
    this.#ask(
      isCut,
      () => this.#behind(),
      (stored) => answer(stored),
    );
  }

  swap(isCut: () => boolean, rev: number, row: LeaseRow, answer: (result: Swapped) => void): void {
    const write = (): Swapped => {
      if (this.#clock.nowMs < this.#refusesUntilMs || rev !== this.newest.rev) return { kind: 'refused' };
      this.#rows = [...this.#rows.slice(-50), { rev: rev + 1, row, atMs: this.#clock.nowMs }];
      return { kind: 'written', rev: rev + 1 };
    };
    this.#ask(isCut, write, (result) => answer(result ?? { kind: 'unknown' }));
  }

  get newest(): Written {
    return this.#rows.at(-1)!;
  }

  #behind(): Stored {
    const lag = this.#chance.oneIn(3) ? this.#chance.upTo(BEHIND_MS) : 0;
    return this.#rows.findLast(({ atMs }) => atMs <= this.#clock.nowMs - lag) ?? this.#rows[0]!;
  }

  /** A request whose sender is cut off, or whose engine is deaf, may still arrive: late. */
  #ask<T>(isCut: () => boolean, happen: () => T, answer: (got: T | null) => void): void {
    const chance = this.#chance;
    const isLost = () => isCut() || this.#clock.nowMs < this.#deafUntilMs || (this.losesOneIn > 0 && chance.oneIn(this.losesOneIn));
    const giveUp = () => this.#clock.after(ANSWER_MS, () => answer(null));
    if (isLost()) {
      // Out of a cut link it comes only by a late retransmission.
      if (chance.oneIn(isCut() ? 30 : 3)) this.#clock.after(chance.upTo(2 * ANSWER_MS), () => void happen());
      giveUp();
      return;
    }
    this.#clock.after(chance.upTo(PROMPTLY_MS), () => {
      const got = happen();
      if (isLost()) giveUp();
      else this.#clock.after(chance.upTo(PROMPTLY_MS), () => answer(got));
    });
  }
}
