import { describe, expect, test } from 'vitest';
import type { Blow, Played } from './storm.ts';

/** A bug that is planted in the laws of a world: the simulation must find it. */
export interface Bug<Laws> {
  readonly laws: Partial<Laws>;
  /** A storm in which it is found soon. */
  readonly from?: number;
  /** What is broken by it. */
  readonly breaks: RegExp;
}

type Play<Laws> = (seed: number, blows?: readonly Blow[], laws?: Partial<Laws>) => Played;

/** Each bug must be found within this many storms. */
const SEEDS = 150;
const LIMIT = { timeout: 120_000 };
const seeds = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

/** The tests of one world of a fleet: its law over some storms, and the bugs that are planted in it. */
export function testWorld<Laws>(law: string, storms: number, play: Play<Laws>, bugs: Readonly<Record<string, Bug<Laws>>>): void {
  test(law, LIMIT, () => {
    expect(seeds(1, storms).filter((seed) => play(seed).broken !== null)).toEqual([]);
  });

  test('the same seed is the same storm', () => {
    expect(play(7)).toEqual(play(7));
  });

  describe('a planted bug is found', () => {
    test.each(Object.entries(bugs))('%s', LIMIT, (_name, { laws, breaks, from = 1 }) => {
      expect(seeds(from, SEEDS).some((seed) => breaks.test(play(seed, undefined, laws).broken ?? ''))).toBe(true);
    });
  });
}
