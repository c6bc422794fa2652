import { expect, test } from 'vitest';
import { lossOf } from '../../../src/core/evolve/loss.ts';
import { HOUR, MINUTE, SECOND, Story } from '../../kit/core/world.ts';

/** A run whose first attempt has worked. */
function begun(): Story {
  const story = new Story();
  story.gathered();
  story.started();
  story.says({ kind: 'session', id: 'ses_1' }, { kind: 'tool' });
  return story;
}

/** Lets the time pass until the next attempt has started. */
function resumed(story: Story): Story {
  for (let step = 0; step < 100 && story.run.pending?.kind !== 'resume'; step++) {
    if (story.run.asked.evidence !== null) story.gathered();
    else story.after(5 * SECOND).tick();
  }
  story.started();
  return story;
}

/** An attempt that ends before it does anything. */
const fails = (story: Story): Story => {
  story.after(SECOND).says({ kind: 'session-missing', text: 'Session not found' }, { kind: 'turn', well: false });
  story.exits(1);
  return story;
};

const rebooted = (story: Story): Story => {
  story.after(MINUTE).restarts({ rebooted: true });
  return story;
};

test.each<[what: string, story: () => Story, loss: string | null]>([
  [
    'a death',
    () => {
      const story = begun();
      story.exits('SIGKILL');
      return story;
    },
    null,
  ],
  ['a reboot', () => rebooted(begun()), 'restarted'],
  ['a reboot, while the next attempt has done nothing', () => resumed(rebooted(begun())), 'restarted'],
  ['a reboot, and an attempt that did nothing', () => fails(resumed(rebooted(begun()))), 'restarted'],
  ['a reboot, and two attempts that did nothing', () => fails(resumed(fails(resumed(rebooted(begun()))))), 'restarted'],
  [
    'a reboot, and an attempt that worked',
    () => {
      const story = resumed(rebooted(begun()));
      story.after(HOUR / 4).says({ kind: 'tool' });
      story.exits(1);
      return story;
    },
    null,
  ],
  [
    'an agent that could not write',
    () => {
      const story = begun();
      story.says({ kind: 'no-space', text: 'ENOSPC: no space left on device' });
      story.exits(1);
      return story;
    },
    'disk-full',
  ],
])('steps may be missing after %s', (_what, story, loss) => {
  expect(lossOf(story().run)).toBe(loss);
});

test('a run that an earlier version stored has lost nothing', () => {
  const { run } = begun();
  expect(lossOf({ ...run, attempt: run.attempt && { ...run.attempt, tools: 0 } })).toBe(null);
});
