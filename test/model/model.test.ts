import { expect, test } from 'vitest';
import { HEALTHY, OUTAGE } from './programs/healthy.ts';
import { programOf } from './programs/program.ts';
import { storyOf, trySeeds } from './seeds.ts';
import { sizeOf } from './shrink.ts';
import { simulate } from './simulate.ts';

const SEEDS = 300;

test(`nothing is broken in ${SEEDS} worlds`, { timeout: 120_000 }, () => {
  const { failed } = trySeeds(1, SEEDS);
  expect(failed === null ? 'all went well' : storyOf(failed.seed)).toBe('all went well');
});

test('the same seed plays exactly the same world', () => {
  for (const seed of [2, 8, 14, 92]) {
    const [one, other] = [simulate(programOf(seed)), simulate(programOf(seed))];
    expect(one.hash).toBe(other.hash);
    expect(one.decisions).toBe(other.decisions);
  }
  expect(simulate(programOf(2)).hash).not.toBe(simulate(programOf(8)).hash);
});

test('a story without its words is the same story', () => {
  expect(simulate(programOf(8), {}, true).hash).toBe(simulate(programOf(8)).hash);
});

test('a healthy run causes its start and nothing else', () => {
  const { broken, lines } = simulate(HEALTHY, {}, true);
  expect(broken).toBeNull();
  expect(lines.filter((line) => / (resumes|ends|recovers|tells)/.test(line)).map((line) => line.split(', ')[1]?.split(':')[0])).toEqual([
    'resumes',
  ]);
  expect(sizeOf(HEALTHY)).toBeGreaterThan(100);
});

test('nothing is resumed on a disk that was full when the watchdog started; a watchdog that measures it 20 s late is found', () => {
  expect(simulate(OUTAGE).broken).toBeNull();
  expect(simulate(OUTAGE, { measuresAfterMs: 20_000 })).toMatchObject({
    invariant: 5,
    broken: expect.stringContaining('on a critical disk'),
  });
});
