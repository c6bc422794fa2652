import { describe, expect, test } from 'vitest';
import { FLEET_BUGS } from './bugs.ts';
import type { Step } from './host.ts';
import { type Faults, type Played, play } from './play.ts';

/** Each bug must be found within this many storms. */
const SEEDS = 1500;

function firstBroken(seeds: number, faults?: Faults, by?: Step, how = /./): { readonly seed: number; readonly played: Played } | null {
  for (let seed = 1; seed <= seeds; seed++) {
    const played = play(seed, faults, by);
    if (played.broken !== null && how.test(played.broken)) return { seed, played };
  }
  return null;
}

describe('hosts that want one lease', () => {
  test.each<[string, Faults]>([
    ['an engine that loses answers, writes late, refuses and shows old rows', {}],
    ['an engine that also loses what it acknowledged', { losesPower: true }],
  ])('never work at once, and one works in the end: %s', { timeout: 120_000 }, (_name, faults) => {
    expect(firstBroken(150, faults)).toBeNull();
  });

  test('the same seed is the same storm', () => {
    expect(play(7)).toEqual(play(7));
    expect(play(7).begun).toBeGreaterThan(0);
  });
});

describe('a planted bug is found', () => {
  test.each(Object.entries(FLEET_BUGS))('%s', { timeout: 120_000 }, (_name, { by, faults, breaks }) => {
    expect(firstBroken(SEEDS, faults, by, breaks)).not.toBeNull();
  });
});
