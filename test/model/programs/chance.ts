import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * All randomness of a program comes from its seed: the same seed makes the same program on every
 * machine.
 */
export class Chance {
  readonly #generator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** From 0 to most, inclusive. */
  upTo(most: number): number {
    return uniformInt(this.#generator, 0, most);
  }

  between(least: number, most: number): number {
    return uniformInt(this.#generator, least, most);
  }

  /** True once in `times` calls, on average. */
  oneIn(times: number): boolean {
    return this.upTo(times - 1) === 0;
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.upTo(choices.length - 1)] as T;
  }
}

/**
 * A number from 0 to 1 (exclusive) that depends only on these two, so that leaving something out of
 * a program changes none of its other random choices.
 */
export function fraction(seed: number, index: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
