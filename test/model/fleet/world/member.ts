import type { Chance } from '../../programs/chance.ts';
import type { Clock } from '../../world/clock.ts';

/** A program on a host of its own, whose clock runs at its own rate. */
export class Member {
  readonly name: string;
  readonly #clock: Clock;
  readonly #rate: number;
  readonly #starts: (() => void)[] = [];
  /** The program is not running, or is stopped. */
  #isAsleep = false;
  #late: (() => void)[] = [];
  #life = 0;
  #cutUntilMs = 0;

  constructor(name: string, clock: Clock, chance: Chance) {
    this.name = name;
    this.#clock = clock;
    this.#rate = chance.between(91, 109) / 100;
  }

  readonly cut = (): boolean => this.isCut;

  get isCut(): boolean {
    return this.#clock.nowMs < this.#cutUntilMs;
  }

  get isAwake(): boolean {
    return !this.#isAsleep;
  }

  get nowMs(): number {
    return 1_000_000 + this.#clock.nowMs * this.#rate;
  }

  get nowWall(): number {
    return this.#clock.now.wall;
  }

  /** Does this now, and with every start of the program. */
  whenStarted(happen: () => void): void {
    this.#starts.push(happen);
    happen();
  }

  every(ms: number, happen: () => void): void {
    this.#clock.after(ms / this.#rate, () => {
      this.every(ms, happen);
      if (!this.#isAsleep) happen();
    });
  }

  /** Answers reach the program that asked, when it runs. */
  answers<Got extends readonly unknown[]>(take: (...got: Got) => void): (...got: Got) => void {
    const life = this.#life;
    return (...got) => {
      const happen = () => {
        if (life === this.#life) take(...got);
      };
      if (this.#isAsleep) this.#late.push(happen);
      else happen();
    };
  }

  cutOff(forMs: number): void {
    this.#cutUntilMs = Math.max(this.#cutUntilMs, this.#clock.nowMs + forMs);
  }

  /** SIGSTOP and SIGCONT. */
  sleep(forMs: number): void {
    if (this.#isAsleep) return;
    this.#isAsleep = true;
    this.#clock.after(forMs, () => {
      this.#isAsleep = false;
      for (const happen of this.#late.splice(0)) happen();
    });
  }

  /** kill -9, and the next start, before which something may be done to its disk. */
  restart(afterMs: number, before: () => void = () => {}): void {
    if (this.#isAsleep) return;
    this.#life += 1;
    this.#isAsleep = true;
    this.#clock.after(afterMs, () => {
      this.#isAsleep = false;
      this.#late = [];
      before();
      for (const start of this.#starts) start();
    });
  }
}
