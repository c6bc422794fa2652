import { describe, expect, test } from 'vitest';
import {
  afterMilestone,
  afterWeakMilestone,
  alsoNotified,
  forTrial,
  NO_STREAK,
  type Streak,
  withStreak,
} from '../../../src/core/model/streak.ts';

const WENT = { attempt: 4, times: 2, because: 'the same call 25 times' };
const FULL: Streak = {
  ...{ shortDeaths: 1, transients: 2, noops: 3, freshStarts: 4, startFailures: 5, noSpaces: 6, overlongTool: 'make', refusals: 7 },
  repeated: { signature: 'f', count: 2, words: 'ended with 1', isLasting: false },
  ...{ loop: WENT, stall: { ...WENT, because: 'no milestone' }, notified: ['lost'] },
};

describe('what has happened in a row', () => {
  test('keeps its backoff alone after a milestone', () =>
    expect(afterMilestone(FULL)).toEqual({ ...NO_STREAK, shortDeaths: 1, startFailures: 5 }));

  test('has neither a stall nor a repeated failure after a weak milestone', () => {
    const { stall: _, ...others } = FULL;
    expect(afterWeakMilestone(FULL)).toEqual({ ...others, repeated: null });
  });

  test('is tried without a backoff after a recovery, and whether the trouble is over stays open', () => {
    const { freshStarts, refusals, repeated, notified, loop, stall } = FULL;
    expect(forTrial(FULL)).toEqual({ ...NO_STREAK, freshStarts, refusals, repeated, notified, loop, stall });
  });

  test('has no loop and no stall after a recovery if there was none: a stored run has no such field', () =>
    expect(Object.keys(forTrial(NO_STREAK)).toSorted()).toEqual(Object.keys(NO_STREAK).toSorted()));

  test('names each trouble that a person was notified of once', () => {
    expect(alsoNotified(FULL, 'lost')).toBe(FULL);
    expect(alsoNotified(FULL, 'memory').notified).toEqual(['lost', 'memory']);
  });
});

interface Named {
  readonly name: string;
  readonly streak: Streak;
}

describe('a run as it is stored', () => {
  const { loop: _loop, stall: _stall, ...older } = FULL;
  const { notified, repeated, refusals, ...flat } = older;
  test('by this build is taken as it is', () => {
    const run = { name: 'a', streak: FULL };
    expect(withStreak(run)).toBe(run);
  });

  test('by an older build has its streak beside its other fields', () =>
    expect(withStreak<Named>({ name: 'a', ...flat, repeated, refusals, told: notified })).toEqual({ name: 'a', streak: older }));

  test('by an older build may lack what was empty', () =>
    expect(withStreak<Named>({ name: 'a', ...flat, told: [] })).toEqual({
      name: 'a',
      streak: { ...older, repeated: null, refusals: 0, notified: [] },
    }));
});
