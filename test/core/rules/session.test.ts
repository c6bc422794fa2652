import { expect, test } from 'vitest';
import { rows } from '../../kit/core/rows.ts';
import { MINUTE, type Story, working, worksAndExits } from '../../kit/core/world.ts';

const failing = (kind: 'context' | 'session-missing') => ({ kind, text: 'the provider says so' }) as const;

rows('a session that cannot go on', [
  ['one resume that did nothing: an ordinary short death', () => noops(1), 'waiting', [], 'backoff'],
  ['two in a row: a fresh session', () => due(noopStory(2)), 'starting', ['fresh 4'], '2 resumes in a row did nothing: a fresh session'],
  ['a line in between: not in a row', () => due(noopsApart()), 'starting', ['resume 5'], 'did little'],
  ['the agent does not know it: a fresh session', () => due(gone()), 'starting', ['fresh 3'], 'no longer knows the session'],
  ['its context is full: a fresh session', () => due(full()), 'starting', ['fresh 2'], 'context is full'],
  [
    'its context is full five times in a row, though it compacts: ended',
    () => overflows(5).last,
    'working',
    ['end 1'],
    'full 5 times in a row',
  ],
  ['and a fresh session', () => ended(overflows(5)), 'starting', ['fresh 2'], 'keeps filling up'],
  ['with tools in between: left alone', () => overflows(9, true).last, 'working', [], 'is active'],
  ['the fresh one could not be started: tried again', () => due(freshFailed()), 'starting', ['fresh 5'], 'did nothing'],
  ['the fresh one died before it was known: a fresh one again', () => freshDied(), 'starting', ['fresh 5'], 'fresh session'],
  [
    'the fresh one does nothing either: handed off',
    () => freshPoisoned(),
    'handed-off',
    ['escalate to supervisor: budget'],
    'after a fresh session was tried',
  ],
  [
    'fresh ones that do nothing, and whose session nobody finds: handed off as well',
    () => freshSilent(),
    'handed-off',
    ['escalate to supervisor: budget'],
    '2 resumes in a row did nothing, after a fresh session was tried',
  ],
]);

test('a fresh session follows the one that was given up, and a late answer about the old one is not believed', () => {
  const story = noopStory(2);
  due(story);
  expect(story.last.actions[0]).toMatchObject({ kind: 'resume', mode: 'fresh', session: 'ses_1' });
  story.started();
  story.tell({ kind: 'session.learned', attempt: 3, session: 'ses_1' });
  expect(story.run.session).toBeNull();
  story.says({ kind: 'session', id: 'ses_2' }, { kind: 'session', id: 'ses_of_a_sub_agent' });
  expect(story.run.session).toBe('ses_2');
});

function overflows(times: number, isWorking = false): Story {
  const story = working().after(2 * MINUTE);
  for (let time = 0; time < times; time++)
    story.says(failing('context'), { kind: 'turn', well: true }, ...(isWorking ? [{ kind: 'tool' as const }] : []));
  if (isWorking) story.tick();
  return story;
}

function ended(story: Story) {
  return story.ended();
}

function due(story: Story) {
  return story.after(10 * MINUTE).tick();
}

function noopStory(count: number): Story {
  const story = working();
  worksAndExits(story);
  for (let times = 0; times < count; times++) {
    story.started();
    story.exits();
    story.gathered();
    if (times < count - 1) due(story);
  }
  return story;
}

const noops = (count: number) => noopStory(count).last;

function noopsApart(): Story {
  const story = noopStory(1);
  due(story);
  story.started();
  story.says();
  story.exits();
  due(story);
  story.started();
  story.exits();
  return story;
}

function gone(): Story {
  const story = working();
  worksAndExits(story);
  story.started();
  story.says(failing('session-missing'));
  story.exits(1);
  return story;
}

function full(): Story {
  const story = working();
  story.says(failing('context'));
  story.exits(1);
  return story;
}

function freshFailed(): Story {
  const story = noopStory(2);
  due(story);
  story.startFails();
  return story;
}

function freshDied() {
  const story = noopStory(2);
  due(story);
  story.started();
  story.exits('SIGKILL');
  story.tell({ kind: 'session.learned', attempt: 4, session: null });
  return due(story);
}

function freshSilent() {
  const story = noopStory(2);
  for (const attempt of [4, 5]) {
    due(story);
    story.started();
    story.exits();
    story.tell({ kind: 'session.learned', attempt, session: null });
  }
  return story.gathered();
}

function freshPoisoned() {
  const story = noopStory(2);
  due(story);
  story.started();
  story.says({ kind: 'session', id: 'ses_2' });
  story.exits();
  for (let times = 0; times < 2; times++) {
    due(story);
    story.started();
    story.exits();
  }
  return story.gathered();
}
