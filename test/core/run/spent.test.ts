import { describe, expect, test } from 'vitest';
import { eventInWords } from '../../../src/core/run/events.ts';
import type { SpendEntry } from '../../../src/core/run/spent.ts';
import { costOf } from '../../../src/core/spend/cost.ts';
import { quarterOf } from '../../../src/core/spend/quarters.ts';
import { answered, HOUR, MENDER, type Story, working } from '../../kit/core/world.ts';

/** Attempt, recovery agent, account, dollars. */
const short = ({ attempt, recovery, account, amount }: SpendEntry) => [attempt, recovery, account, amount.statedUsd];

describe('what a decision adds to the ledger', () => {
  test('is what the attempt says, once', () => {
    const story = working();
    expect(story.says(answered(2, 10, 'a'), answered(1, 10, 'b')).spent.map(short)).toEqual([
      [1, null, 'opencode/anthropic/1f2e3d4c5b6a', 3],
    ]);
    expect(story.says(answered(2, 10, 'a')).spent).toEqual([]);
    expect(story.tick().spent).toEqual([]);
  });

  test('can be a correction', () => {
    const story = working();
    story.says(answered(2, 10, 'a'));
    const total = { ...answered(1.5, 10, ''), of: 'attempt' } as const;
    expect(story.says(total as never).spent.map(short)).toEqual([[1, null, 'opencode/anthropic/1f2e3d4c5b6a', -0.5]]);
    expect(costOf(story.run).usd).toBe(1.5);
  });

  test('is of the next attempt after a resume', () => {
    const story = working();
    story.says(answered(2));
    story.exits(1);
    story.gathered();
    story.after(HOUR).tick();
    story.started();
    expect(story.attempt).toBe(2);
    expect(story.says(answered(2)).spent.map(short)).toEqual([[2, null, 'opencode/anthropic/1f2e3d4c5b6a', 2]]);
    expect(costOf(story.run).usd).toBe(4);
  });

  test('is of the attempt that said it, also if that is read after the next one began', () => {
    const story = working();
    story.says(answered(2, 10, 'a'));
    story.exits(1);
    story.gathered();
    story.after(HOUR).tick();
    story.started();
    const late = () => story.log(120, [answered(2, 10, 'a'), answered(3, 10, 'b')], 1).spent.map(short);
    expect(late()).toEqual([[1, null, 'opencode/anthropic/1f2e3d4c5b6a', 3]]);
    expect(late()).toEqual([]);
    expect(costOf(story.run).usd).toBe(5);
    expect(story.run.attempt?.spend).toBeUndefined();
    expect(story.log(120, [answered(9, 10, 'c')], 7).spent).toEqual([]);
  });

  test('is nothing of an attempt that is forgotten', () => {
    const story = working();
    for (const usd of [1, 2]) {
      story.says(answered(usd, 10, 'a'));
      story.exits(1);
      story.gathered();
      story.after(HOUR).tick();
      story.started();
    }
    expect(story.log(120, [answered(1, 10, 'b')], 1).spent).toEqual([]);
    expect(costOf(story.run).usd).toBe(3);
  });

  test('is counted although nothing was known before', () => {
    const story = working();
    story.exits(1);
    story.gathered();
    story.after(HOUR).tick();
    story.started();
    expect(story.log(120, [answered(2, 10, 'a')], 1).spent.map(short)).toEqual([[1, null, 'opencode/anthropic/1f2e3d4c5b6a', 2]]);
    expect(story.log(120, [answered(2, 10, 'a')], 1).spent).toEqual([]);
    expect(story.says(answered(2, 10, 'a')).spent.map(short)).toEqual([[2, null, 'opencode/anthropic/1f2e3d4c5b6a', 2]]);
  });

  test('is of the quarter of an hour in which it is counted, whatever the clock does afterwards', () => {
    const story = working();
    const quarter = quarterOf(story.now.wall);
    const [first] = story.says(answered(1, 10, 'a')).spent;
    story.now = { ...story.now, wall: story.now.wall + 48 * HOUR };
    const [ahead] = story.says(answered(1, 10, 'b')).spent;
    story.now = { ...story.now, wall: story.now.wall - 48 * HOUR };
    const [back] = story.says(answered(1, 10, 'a'), answered(1, 10, 'c')).spent;
    expect([first, ahead, back].map((entry) => (entry?.quarter ?? 0) - quarter)).toEqual([0, 48 * 4, 0]);
    expect(back?.amount.statedUsd).toBe(1);
  });
});

describe('a recovery agent', () => {
  const handedOff = (): Story => {
    const story = working({ policy: { maxResumes: 0 } });
    story.says(answered(1));
    story.exits(1);
    story.gathered();
    return story;
  };
  const spent = [{ model: 'm', tokens: { input: 5, output: 5, cacheRead: 0, cacheWrite: 0 }, statedUsd: 3, computedUsd: 0, unpriced: 0 }];
  const ended = (story: Story, outcome: object) => {
    story.mends();
    story.mender('blocked', 'no idea');
    return story.settle({ kind: 'recovery-ended', refused: null, because: 'SIGTERM', ...outcome });
  };

  test('counts to its run and to its own account', () => {
    const story = handedOff();
    expect(ended(story, { spent }).spent.map(short)).toEqual([[1, 1, MENDER.account, 3]]);
    expect(costOf(story.run)).toMatchObject({ usd: 4, untoldAttempts: 1 });
  });

  test('that does not say what it used makes the cost unknown, not zero', () => {
    const story = handedOff();
    expect(ended(story, { spent: null }).spent).toEqual([]);
    expect(costOf(story.run)).toMatchObject({ usd: 1, untoldAttempts: 2, isComplete: false });
  });

  test('of an older dogwatch, whose log nobody read, changes nothing', () => {
    const story = handedOff();
    ended(story, {});
    expect(costOf(story.run)).toMatchObject({ usd: 1, untoldAttempts: 1 });
  });
});

test('the end of an attempt says what it cost, and the run with it', () => {
  const story = working();
  story.says(answered(2, 1000, 'a'), { kind: 'turn', well: true });
  const { events } = story.exits(1);
  const end = events.find(({ kind }) => kind === 'attempt-ended');
  expect(end).toMatchObject({ cost: { usd: 2, provenance: 'stated' }, runCost: { usd: 2, isComplete: true } });
  expect(end === undefined ? '' : eventInWords(end)).toMatch(
    /^attempt 1 ended with status 1 .*, and used \$2\.00 as the agent states \(1k tokens\)$/,
  );
});

describe('an attempt that ends', () => {
  test.each<[string, (story: Story) => void, number]>([
    ['after its turn has said all', (story) => story.says(answered(1), { kind: 'turn', well: true }), 0],
    ['in the middle of a turn may have used more', (story) => story.says(answered(1)), 1],
    ['after a tool, without a word about usage, used something', (story) => story.says({ kind: 'tool' }), 1],
    ['before it did anything used nothing', () => undefined, 0],
  ])('%s', (_, does, untold) => {
    const story = working();
    does(story);
    story.exits(1);
    expect(story.run.spend?.untold ?? 0).toBe(untold);
  });
});
