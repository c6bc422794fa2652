import { expect, test } from 'vitest';
import { ALONE } from '../../../src/core/context.ts';
import { limited, sleepingOut } from '../../kit/core/moments.ts';
import { heldUntil } from '../../kit/core/ticks.ts';
import { DAY, HOUR, SECOND, type Story } from '../../kit/core/world.ts';

const setBack = (story: Story, ms: number): void => {
  story.now = { ...story.now, wall: story.now.wall - ms };
};

test('a limit that was noted before the clock was set back by a year is tried, and not waited for', () => {
  const story = limited();
  setBack(story, 365 * DAY);
  expect(heldUntil(story.run, story.now, { ...ALONE, holds: story.holds, disk: story.disk })).toBe(story.now.mono);
  expect(story.tick().actions.map(({ kind }) => kind)).toEqual(['resume']);
});

test('an attempt that sleeps out such a limit is as silent as any other', () => {
  const story = sleepingOut();
  setBack(story, 365 * DAY);
  for (let round = 0; round < 8; round++) story.after(15 * SECOND).sample(0);
  expect(story.actions.at(-1)?.kind).toBe('end');
});

test('a clock that was set back by an hour makes it an hour longer', () => {
  const story = limited();
  setBack(story, HOUR);
  expect(story.tick().actions).toEqual([]);
  expect(
    story
      .after(3 * HOUR + 10 * 60 * SECOND)
      .tick()
      .actions.map(({ kind }) => kind),
  ).toEqual(['resume']);
});
