import { expect, test } from 'vitest';
import { inShort } from '../../../src/core/in-short.ts';
import { rows } from '../../kit/core/rows.ts';
import { MINUTE, SECOND, type Story, survivor, working, worksAndExits } from '../../kit/core/world.ts';

rows('a death', [
  ['exit 0 after two minutes of work: resumed at once', () => worksAndExits(working()), 'starting', ['resume 2'], 'resume at once'],
  ['SIGKILL after two minutes of work: the same', () => worksAndExits(working(), 'SIGKILL'), 'starting', ['resume 2'], 'by SIGKILL'],
  ['no exit status is known: the same', () => worksAndExits(working(), null), 'starting', ['resume 2'], 'without an exit status'],
  [
    'it lived for ten seconds: backoff',
    () =>
      working()
        .after(10 * SECOND)
        .exits(1),
    'waiting',
    [],
    'attempt 2 starts in 5s',
  ],
  ['a milestone in ten seconds: at once', () => quickMilestone().exits(), 'starting', ['resume 2'], 'resume at once'],
  [
    'the backoff is not over: nothing',
    () =>
      shortDeath()
        .after(4 * SECOND)
        .tick(),
    'waiting',
    [],
    'backoff',
  ],
  [
    'the backoff is over: resumed',
    () =>
      shortDeath()
        .after(5 * SECOND)
        .tick(),
    'starting',
    ['resume 2'],
    'did little',
  ],
  [
    'a commit is found of one that failed at once: it waits on',
    () => shortDeath().gathered({ head: 'beef' }),
    'waiting',
    [],
    'new commit beef',
  ],
  ['one of an attempt that ended well: at once', () => shortEnd().gathered({ head: 'beef' }), 'starting', ['resume 2'], 'new commit beef'],
  ['nothing new is found meanwhile: it waits on', () => shortDeath().gathered(), 'waiting', [], 'backoff 1'],
  ['the death of an attempt before this one: nothing', () => lateDeath(), 'working', [], 'is active'],
  ['the same death again: nothing', () => shortDeath().exits(1), 'waiting', [], 'backoff 1'],
]);

rows('what outlives a death', [
  [
    'the wrapper died, the agent lives: watched',
    () => working().exits(0, [survivor('agent', 7)]),
    'working',
    [],
    'agent (pid 7, bash) lives and is watched',
  ],
  ['the same news again: nothing', () => wrapperDied().exits(0, [survivor('agent', 7)]), 'working', [], 'is active'],
  ['then the agent dies, too: an ordinary death', () => wrapperDied().exits(1), 'waiting', [], 'attempt 1 ended with status 1'],
  ['tools outlived it: ended before the next attempt', () => worksThenLeavesTools(), 'waiting', ['end 1'], 'outlived it'],
  ['the tools are gone: resumed', () => toolsGone(), 'starting', ['resume 2'], 'resume at once'],
  [
    'the tools cannot be ended: a person',
    () => toolsStay(),
    'escalated',
    ['escalate to operator: blocked'],
    "can't be ended: pid 8 is in state D",
  ],
]);

test('backoff doubles from the least to the greatest, and an attempt with a milestone that ends well takes it back', () => {
  const story = working();
  const waits: number[] = [];
  for (let death = 1; death <= 9; death++) {
    story.after(SECOND).exits(death);
    waits.push((story.run.due?.at.mono ?? 0) - story.now.mono);
    story.gathered();
    story.after(5 * MINUTE).tick();
    story.started();
  }
  expect(waits.map((wait) => wait / SECOND)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
  story.claims('progress', 'half of it');
  expect(story.run.streak.shortDeaths).toBe(9);
  story.exits();
  expect(story.run.streak.shortDeaths).toBe(0);
});

test('jitter only ever adds, and at most a fifth', () => {
  const story = working();
  story.exits(1);
  expect(story.last.observation.jitter).toBe(0);
  expect(story.run.due?.at.mono).toBe(story.now.mono + 5 * SECOND);
});

test('the next prompt says how the attempt ended, and why dogwatch ended it', () => {
  const reason = (story: Story): string | undefined =>
    story.actions.flatMap((action) => (action.kind === 'resume' ? [action.prompt.reason] : [])).at(-1);
  const killed = working();
  worksAndExits(killed, 'SIGKILL');
  expect(reason(killed)).toBe('attempt 1 ended by SIGKILL');
  const wedged = working();
  wedged.after(14 * MINUTE).sample(0);
  wedged.after(MINUTE).sample(0);
  wedged.ended();
  wedged.after(MINUTE).tick();
  expect(inShort(wedged.actions.at(-1) as never)).toBe('resume 2');
  expect(reason(wedged)).toContain('it was ended because attempt 1 is wedged');
});

function quickMilestone(): Story {
  const story = working().after(10 * SECOND);
  story.says({ kind: 'todo', done: 1, total: 3 });
  return story;
}

function shortDeath(): Story {
  const story = working();
  story.exits(1);
  return story;
}

function shortEnd(): Story {
  const story = working();
  story.exits(0);
  return story;
}

function lateDeath() {
  const story = working();
  worksAndExits(story);
  story.started();
  story.says();
  return story.tell({ kind: 'process.exited', attempt: 1, code: 0, signal: null, outOfMemory: false, survivors: [] });
}

function wrapperDied(): Story {
  const story = working();
  story.exits(0, [survivor('agent', 7)]);
  return story;
}

function worksThenLeavesTools() {
  const story = working();
  story.after(2 * MINUTE).says();
  return story.exits(0, [survivor('tool', 8)]);
}

function toolsGone() {
  const story = working();
  story.after(2 * MINUTE).says();
  story.exits(0, [survivor('tool', 8)]);
  return story.ended();
}

function toolsStay() {
  const story = working();
  story.exits(0, [survivor('tool', 8)]);
  return story.settle({ kind: 'end-failed', attempt: 1, because: 'pid 8 is in state D' });
}
