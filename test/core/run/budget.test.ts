import { expect, test } from 'vitest';
import { inShort } from '../../../src/core/in-short.ts';
import { rows } from '../../kit/core/rows.ts';
import { MINUTE, type Story, type Wishes, working, worksAndExits } from '../../kit/core/world.ts';

const SMALL = { policy: { maxResumes: 3 } };
const failing = (kind: 'transient') => ({ kind, text: 'the provider says so' }) as const;

rows('the budget', [
  [
    'three resumes are spent: first it is looked for a milestone',
    () => spent().last,
    'waiting',
    [],
    'looking whether the last attempt made a milestone',
  ],
  [
    'there is none: handed off',
    () => spent().gathered(),
    'handed-off',
    ['escalate to supervisor: budget'],
    '3 resumes without a milestone',
  ],
  ['handed off, then a tick: nothing more', () => handedOff().after(MINUTE).tick(), 'handed-off', [], 'without a milestone'],
  [
    'handed off, then late evidence: nothing more',
    () => handedOff().gathered({ head: 'beef' }),
    'handed-off',
    [],
    'milestone in attempt 4',
  ],
  ['handed off, then the watchdog restarts: nothing more', () => handedOff().restarts(), 'handed-off', [], 'without a milestone'],
  ['there is one: resumed at once', () => spent().gathered({ head: 'beef' }), 'starting', ['resume 5'], 'new commit beef'],
  ['evidence of an earlier attempt: it waits on for its own', () => spent().gathered({}, 3), 'waiting', [], 'looking whether'],
  ['handed off, then resumed by the operator: reset', () => rearmed().last, 'starting', ['resume 5'], 'is reset'],
  ['and spent again: handed off once more', () => spentAgain(), 'handed-off', ['escalate to supervisor: budget'], '3 resumes without'],
  [
    'resumes in all: handed off despite milestones',
    () => spentInAll().last,
    'handed-off',
    ['escalate to supervisor: budget'],
    '4 resumes in all',
  ],
  ['that, too, is reset by the operator', () => resumed(spentInAll()), 'starting', ['resume 6'], 'is reset'],
  [
    'no resume is allowed at all: handed off at the first death',
    () => none(),
    'handed-off',
    ['escalate to supervisor: budget'],
    '0 resumes',
  ],
]);

test('a milestone takes back what was charged up to its attempt, whenever it is found', () => {
  const story = working();
  for (let death = 0; death < 3; death++) lives(story);
  expect(story.run.charged).toEqual([2, 3, 4]);
  story.gathered({ head: 'a' }, 3);
  expect(story.run.charged).toEqual([4]);
  story.gathered({ head: 'a' }, 4);
  expect(story.run.charged, 'what was seen once is no milestone again').toEqual([4]);
  story.gathered({ head: 'b' }, 2);
  expect(story.run.charged, 'an older attempt takes back nothing newer').toEqual([4]);
});

test('uptime, log growth, turns and refused claims never arm the budget again', () => {
  const story = working({ done: { check: 'make test' } });
  lives(story, 'SIGKILL');
  expect(story.run.charged).toEqual([2]);
  story.after(5 * 60 * MINUTE).says({ kind: 'turn', well: true }, { kind: 'tool' });
  story.claims('done', 'all of it');
  story.checked(false);
  expect(story.run.charged).toEqual([2]);
});

test.each([
  ['a new commit', (story: Story) => story.gathered({ head: 'beef' })],
  [
    'a new content of the worktree, by an attempt that worked',
    (story: Story) => {
      story.says({ kind: 'tool' });
      return story.gathered({ worktree: 'other' });
    },
  ],
  ['a progress that exceeds its maximum', (story: Story) => story.gathered({ progress: '41%' })],
  ['a progress text that was never seen', (story: Story) => story.gathered({ progress: 'phase two' })],
  ['a todo done', (story: Story) => story.says({ kind: 'todo', done: 1, total: 9 })],
  ['dogwatch progress', (story: Story) => story.claims('progress', 'half of it')],
])('%s is a milestone, once', (_what, observe) => {
  const story = working();
  story.gathered({ progress: '40' });
  lives(story);
  observe(story);
  expect(story.run.charged).toEqual([]);
  lives(story);
  observe(story);
  expect(story.run.charged).toEqual([3]);
});

test('a number that falls, a commit that comes back and a todo list that shrinks are no milestones', () => {
  const story = working();
  story.gathered({ progress: '40', head: 'a' });
  story.says({ kind: 'todo', done: 5, total: 9 });
  lives(story);
  story.gathered({ progress: '39', head: 'c0ffee0001' });
  story.says({ kind: 'todo', done: 4, total: 9 });
  expect(story.run.charged).toEqual([2]);
});

rows('a transient failure of the provider', [
  ['the first: backoff', () => fails(working(), 'transient'), 'waiting', [], 'had a transient failure (the provider says so); backoff 1'],
  ['resumed after it', () => transientOnce().last, 'starting', ['resume 2'], 'backoff 1'],
  ['the second in a row: longer backoff', () => fails(transientTwice(), 'transient'), 'waiting', [], 'starts in 10s'],
  ['a good turn after it: an ordinary death', () => recovered(), 'starting', ['resume 2'], 'resume at once'],
]);

test('a transient failure is charged only when it is repeated without a milestone', () => {
  const story = transientOnce();
  expect(story.run.charged).toEqual([]);
  story.started();
  fails(story, 'transient');
  story.after(10 * MINUTE).tick();
  expect(story.run.charged).toEqual([3]);
  story.started();
  story.says({ kind: 'todo', done: 1, total: 2 });
  fails(story, 'transient');
  story.after(10 * MINUTE).tick();
  expect(story.run.charged).toEqual([]);
});

test('a resume that was abandoned costs nothing, and its number is not used again', () => {
  const story = working();
  worksAndExits(story);
  story.settle({ kind: 'abandoned', because: 'the watchdog was restarted' });
  expect(story.last.actions.map(inShort)).toEqual(['resume 3']);
  expect(story.run.charged).toEqual([3]);
  expect(story.run.resumes).toBe(1);
});

/** Two minutes of work, a death, evidence that shows nothing, the next start. */
function lives(story: Story, how: number | string = 0): void {
  worksAndExits(story, how);
  story.gathered({ head: story.run.marks.baseline ? 'c0ffee0001' : null });
  story.started();
  story.says();
}

function spent(wishes: Wishes = SMALL): Story {
  const story = working(wishes);
  for (let death = 0; death < 3; death++) lives(story);
  worksAndExits(story);
  return story;
}

function handedOff(): Story {
  const story = spent();
  story.gathered();
  return story;
}

function resumed(story: Story) {
  return story.operator({ kind: 'resume', prompt: null });
}

function rearmed(): Story {
  const story = handedOff();
  resumed(story);
  return story;
}

function spentAgain() {
  const story = rearmed();
  story.started();
  for (let death = 0; death < 3; death++) lives(story);
  worksAndExits(story);
  return story.gathered();
}

function spentInAll(): Story {
  const story = working({ policy: { maxResumesTotal: 4 } });
  for (let death = 0; death < 4; death++) {
    lives(story);
    story.says({ kind: 'todo', done: death + 1, total: 9 });
  }
  worksAndExits(story);
  story.gathered();
  return story;
}

function none() {
  const story = working({ policy: { maxResumes: 0 } });
  worksAndExits(story);
  return story.gathered();
}

function fails(story: Story, kind: Parameters<typeof failing>[0]) {
  story.after(2 * MINUTE).says(failing(kind));
  return story.exits(1);
}

function transientOnce(): Story {
  const story = working();
  fails(story, 'transient');
  story.gathered();
  story.after(5 * 1000).tick();
  return story;
}

function transientTwice(): Story {
  const story = transientOnce();
  story.started();
  return story;
}

function recovered() {
  const story = working();
  story.after(2 * MINUTE).says(failing('transient'), { kind: 'turn', well: true });
  return story.exits();
}
