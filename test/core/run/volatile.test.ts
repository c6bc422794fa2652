import { expect, test } from 'vitest';
import { onlyVitalsChanged } from '../../../src/core/run/volatile.ts';
import { MINUTE, SECOND, type Story, working } from '../../kit/core/world.ts';

/** A run that was silent and sampled for a while. */
function looked(): Story {
  const story = working();
  for (let look = 1; look <= 3; look++) story.after(15 * SECOND).sample(look);
  return story;
}

test.each<[string, (story: Story) => unknown, boolean]>([
  ['another look at it', (story) => story.sample(4), true],
  ['a tick that changes nothing', (story) => story.tick(), true],
  ['growth of its log', (story) => story.says(), false],
  ['a tool that began', (story) => story.sample(4, { key: 'make', sinceMono: story.now.mono }), false],
  ['what it wrote to its own record', (story) => story.sample(4, null, story.now.wall), false],
  ['its silence', (story) => story.after(10 * MINUTE).tick(), false],
  ['its death', (story) => story.exits(), false],
  ['a claim', (story) => story.claims('progress', 'half of it'), false],
])('%s', (_, happens, isMere) => {
  const story = looked();
  const before = story.run;
  story.after(15 * SECOND);
  happens(story);
  expect(onlyVitalsChanged(before, story.run)).toBe(isMere);
});

test('samples that are not kept make no difference after a restart', () => {
  const story = looked();
  const before = story.run;
  story.after(15 * SECOND).sample(4);
  expect(onlyVitalsChanged(before, story.run)).toBe(true);
  const unlooked = ({ attempt, ...run }: Story['run']) => ({ ...run, attempt: { ...attempt, cpu: null, sampledAt: null } });
  expect(story.restarts().run).toEqual(unlooked(before));
});

test('a run that is new, or has no attempt, is kept', () => {
  const { run } = looked();
  expect(onlyVitalsChanged(null, run)).toBe(false);
  expect(onlyVitalsChanged({ ...run, attempt: null }, { ...run, attempt: null })).toBe(false);
});
