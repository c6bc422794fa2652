import { expect, test } from 'vitest';
import { rows } from '../../kit/core/rows.ts';
import { answered, HOUR, MINUTE, type Story, type Wishes, working } from '../../kit/core/world.ts';

const LARGE: Wishes = { policy: { freshAboveTokens: 150_000, backoffMinMs: 1000 } };

rows('a session that is too large to be paid for again', [
  [
    'cold and larger than that: a fresh one',
    () => resumed(held(200_000, HOUR)),
    'starting',
    ['fresh 2'],
    'its context of 200k tokens is no longer in the provider’s cache'.replace('’', "'"),
  ],
  ['cold and not larger: resumed', () => resumed(held(150_000, HOUR)), 'starting', ['resume 2'], 'resume requested'],
  ['still in the cache: resumed', () => resumed(held(200_000, 5 * MINUTE)), 'starting', ['resume 2'], 'resume requested'],
  ['a clock that was set back: resumed', () => resumed(held(200_000, -HOUR)), 'starting', ['resume 2'], 'resume requested'],
  ['without the setting: resumed', () => resumed(held(200_000, HOUR, {})), 'starting', ['resume 2'], 'resume requested'],
  ['of unknown size: resumed', () => resumed(held(null, HOUR)), 'starting', ['resume 2'], 'resume requested'],
]);

test('the fresh session is no sign that the session is poisoned, and its size is not known yet', () => {
  const story = held(200_000, HOUR);
  resumed(story);
  story.started();
  expect(story.run).toMatchObject({ streak: { freshStarts: 0 }, spend: { last: null }, session: null, gaveUpSession: true });
  story.says({ kind: 'session', id: 'ses_2' });
  story.after(HOUR).exits();
  story.gathered();
  story.after(HOUR).tick();
  expect(story.last.actions[0] ?? story.actions.at(-1)).toMatchObject({ kind: 'resume', mode: 'resume', session: 'ses_2' });
});

/** An attempt whose last prompt was this large, paused for this long after its end. */
function held(tokens: number | null, ms: number, wishes: Wishes = LARGE): Story {
  const story = working(wishes);
  if (tokens !== null) story.says(answered(0.1, tokens));
  story.operator({ kind: 'pause', because: 'lunch' });
  story.exits();
  story.gathered();
  story.now = { wall: story.now.wall + ms, mono: story.now.mono + Math.abs(ms) };
  return story;
}

const resumed = (story: Story) => story.operator({ kind: 'resume', prompt: null });
