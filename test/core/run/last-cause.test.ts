import { expect, test } from 'vitest';
import { MINUTE, SECOND, type Story, working } from '../../kit/core/world.ts';

/** Dies and is examined repeatedly until the run is handed off. */
function untilHandedOff(live: (story: Story) => void): Story {
  const story = working({ policy: { maxResumes: 2, promptAfterMs: 60_000 } });
  for (let n = 0; n < 20 && story.run.state !== 'handed-off'; n++) {
    live(story);
    if (story.run.pending === null) story.after(6 * MINUTE).tick();
    if (story.run.pending?.kind === 'resume') story.started();
  }
  return story;
}

const UNSEEN = { head: null, worktree: null, missing: ['git: dubious ownership'], none: 'git: dubious ownership' };

test.each([
  ['it fails, each time with other words', 1, {}, /^attempt \d ended with status 1; the agent reports: .*; 2 resumes without a milestone/],
  [
    'nobody could see whether it got on',
    0,
    UNSEEN,
    /^no evidence of progress is available \(git: dubious ownership\); 6 resumes without a commit/,
  ],
  ['it ended well, and did nothing that counts', 0, {}, /^2 resumes without a milestone/],
] as const)('a hand-off by the budget leads with the cause, then the budget: %s', (_, status, seen, words) => {
  let n = 0;
  const story = untilHandedOff((one) => {
    one.after(SECOND);
    if (status !== 0) one.says({ kind: 'error', text: `panic: ${'abcdefghij'.slice(0, ++n)}` });
    else one.says({ kind: 'turn', well: true });
    one.exits(status);
    one.gathered(seen);
  });
  expect(story.run.because).toMatch(words);
});

test('while it waits, what the last attempt ended with comes first', () => {
  const story = working();
  story.after(SECOND).tell({
    kind: 'process.exited',
    attempt: 1,
    code: 17,
    signal: null,
    outOfMemory: false,
    survivors: [],
    lastLine: 'panic: boom',
  });
  story.gathered();
  expect(story.run).toMatchObject({
    state: 'waiting',
    due: { because: 'attempt 1 ended with status 17; the last line of its log: panic: boom; it did little; backoff 1' },
  });
});
