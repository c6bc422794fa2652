import { MINUTE } from '../../../kit/core/world.ts';
import type { Chance } from '../../programs/chance.ts';
import type { Clock } from '../../world/clock.ts';

/** An account as its provider sees it: limits that end later than was said. */
export class Account {
  readonly #clock: Clock;
  readonly #chance: Chance;
  #openMs = 0;
  #saidMs = 0;

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
    this.limit();
  }

  /** A limit is met: until a moment that is said, and in fact often until a later one. */
  limit(): void {
    this.#saidMs = this.#clock.nowMs + this.#chance.between(MINUTE, 6 * MINUTE);
    this.#openMs = this.#chance.oneIn(2) ? this.#saidMs : this.#saidMs + this.#chance.upTo(8 * MINUTE);
  }

  get isOpen(): boolean {
    return this.#clock.nowMs >= this.#openMs;
  }

  /** The wall time of the reset that whoever is refused is given. */
  get saidWall(): number {
    if (this.#saidMs <= this.#clock.nowMs) this.#saidMs = this.#clock.nowMs + 4 * MINUTE;
    return this.#clock.now.wall - this.#clock.nowMs + this.#saidMs;
  }
}
