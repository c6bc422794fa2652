import { describe, expect, test } from 'vitest';
import { programOf } from '../programs/program.ts';
import { storyOf, trySeeds } from '../seeds.ts';
import { shrunk, sizeOf } from '../shrink.ts';
import { simulate } from '../simulate.ts';
import { ASK_BUGS } from './asks.ts';
import { BUGS } from './bugs.ts';
import { CAP_BUGS } from './caps.ts';
import { DAY_BUGS } from './days.ts';
import { GROUP_BUGS } from './groups.ts';
import { NOWHERE_BUGS } from './nowhere.ts';
import { STANDBY_BUGS } from './standbys.ts';
import { UNKNOWN_BUGS } from './unknown.ts';
import { WAITS_BUGS } from './waits.ts';

/** Each bug must be found within this many worlds. */
const SEEDS = 1500;

describe('a planted bug is found', () => {
  test.each(
    Object.entries({
      ...BUGS,
      ...UNKNOWN_BUGS,
      ...NOWHERE_BUGS,
      ...WAITS_BUGS,
      ...CAP_BUGS,
      ...DAY_BUGS,
      ...STANDBY_BUGS,
      ...ASK_BUGS,
      ...GROUP_BUGS,
    }),
  )('%s', { timeout: 120_000 }, (_name, { plant, invariants }) => {
    const { failed } = trySeeds(1, SEEDS, plant);
    expect(failed?.result.broken).toMatch(/^invariant/);
    expect(invariants).toContain(failed?.result.invariant);
  });
});

test('a failing world becomes a short story that fails in the same way', { timeout: 120_000 }, () => {
  const { plant } = BUGS['a complete run is resumed']!;
  const { failed } = trySeeds(1, SEEDS, plant);
  const program = programOf(failed!.seed);
  const small = shrunk(program, (smaller) => simulate(smaller, plant).invariant === 2);
  expect(simulate(small, plant).invariant).toBe(2);
  expect(sizeOf(small)).toBeLessThan(sizeOf(program) / 2);
  expect(storyOf(failed!.seed, plant)).toContain('resumed while it is complete');
});
