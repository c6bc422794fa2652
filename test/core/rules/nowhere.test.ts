import { describe, expect, test } from 'vitest';
import type { Signal } from '../../../src/core/model/facts.ts';
import { rows } from '../../kit/core/rows.ts';
import { HOUR, MINUTE, SECOND, Story, type Wishes, working } from '../../kit/core/world.ts';

const FEW: Wishes = { policy: { maxRepeats: 3 } };

/** A call and its result, as one event. */
const made = (tool: string, result = 'same'): readonly Signal[] => [
  { kind: 'tool' },
  { kind: 'returned', id: null, tool, print: `${tool}/${result}`, input: '{"command":"npm test"}' },
];

/** It makes these calls, one after the other. */
function calls(story: Story, ...tools: readonly string[]): Story {
  for (const tool of tools) story.after(MINUTE).says(...made(tool));
  return story;
}

/** The attempt ended for going in a circle, and its end is settled. */
function ended(story: Story): Story {
  story.ended();
  story.gathered();
  return story;
}

/** The first attempt went in a circle, and the second one works. */
function resumed(): Story {
  const story = ended(calls(working(FEW), 'A', 'A', 'A'));
  story.started();
  return story;
}

const CIRCLE =
  'goes in a circle (DOGWATCH_MAX_REPEATS): it made the same call 3 times in a row, with the same result: A {"command":"npm test"}';

rows('an attempt that makes the same calls', [
  ['twice: left alone', () => calls(working(FEW), 'A', 'A').last, 'working', [], 'is active'],
  ['three times in a row: ended', () => calls(working(FEW), 'A', 'A', 'A').last, 'working', ['end 1'], CIRCLE],
  [
    'two in turn, three times: ended',
    () => calls(working(FEW), ...'ABABAB').last,
    'working',
    ['end 1'],
    'the same 2 calls 3 times in a row',
  ],
  ['with another in between: left alone', () => calls(working(FEW), ...'AABAABB').last, 'working', [], 'is active'],
  ['a turn ends in between: ended', () => turnBetween(), 'working', ['end 1'], CIRCLE],
  ['a poll whose result changes: left alone', () => poll(), 'working', [], 'is active'],
  ['the watchdog is restarted in between: ended', () => restartBetween(), 'working', ['end 1'], CIRCLE],
  [
    'DOGWATCH_MAX_REPEATS=0: left alone',
    () => calls(working({ policy: { maxRepeats: 0 } }), ...'A'.repeat(99)).last,
    'working',
    [],
    'is active',
  ],
  ['a run of an older build: left alone', () => calls(older('maxRepeats'), ...'A'.repeat(99)).last, 'working', [], 'is active'],
  ['paused: left alone', () => calls(paused(FEW), 'A', 'A', 'A').last, 'working', [], 'is active'],
  ['and is ended when it is released', () => calls(paused(FEW), 'A', 'A', 'A').operator({ kind: 'unpause' }), 'working', ['end 1'], CIRCLE],
  ['only observed: left alone', () => calls(observed(FEW), 'A', 'A', 'A').last, 'working', [], 'is active'],
  ['it is gone: resumed', () => calls(working(FEW), 'A', 'A', 'A').ended(), 'starting', ['resume 2'], 'attempt 1 is gone'],
  ['the next attempt begins anew', () => calls(resumed(), 'A', 'A').last, 'working', [], 'is active'],
  ['the second time: ended', () => calls(resumed(), 'A', 'A', 'A').last, 'working', ['end 2'], 'attempt 2 goes in a circle'],
  [
    'and after a last look a person decides',
    () => secondTime().gathered(),
    'escalated',
    ['escalate to operator: loop'],
    'it is the second attempt to do so',
  ],
  ['which finds a commit: resumed', () => secondTime().gathered({ head: 'c0ffee0002' }), 'starting', ['resume 3'], 'new commit'],
  [
    'which finds new content only: a person decides',
    () => secondTime().gathered({ worktree: 'new' }),
    'escalated',
    ['escalate to operator: loop'],
    '',
  ],
  ['a commit in between: it is the first time again', () => afterCommit(), 'starting', ['resume 3'], 'is gone'],
  ['the operator resumes it: it is the first time again', () => afterOperator(), 'starting', ['resume 4'], 'is gone'],
  ['the end is given up, and decided again: it counts once', () => ended(givenUp()).decisions.at(-2)!, 'starting', ['resume 2'], ''],
]);

function turnBetween() {
  const story = calls(working(FEW), 'A', 'A');
  story.says({ kind: 'turn', well: true });
  return calls(story, 'A').last;
}

function poll() {
  const story = working(FEW);
  for (let n = 0; n < 9; n++) story.after(MINUTE).says(...made('A', `${n}`));
  return story.last;
}

function restartBetween() {
  const story = calls(working(FEW), 'A', 'A');
  story.restarts();
  return calls(story, 'A').last;
}

function paused(wishes: Wishes): Story {
  const story = working(wishes);
  story.operator({ kind: 'pause', because: 'maintenance' });
  return story;
}

function observed(wishes: Wishes): Story {
  const story = working(wishes);
  story.restarts({ enabled: false });
  return story;
}

const older = (field: 'maxRepeats' | 'maxStallMs'): Story => working({ policy: { [field]: undefined } });

/** Ended for the second time, and the last look is open. */
function secondTime(): Story {
  const story = calls(resumed(), 'A', 'A', 'A');
  story.ended();
  return story;
}

function afterCommit() {
  const story = resumed();
  story.claims('progress', 'half of it');
  return ended(calls(story, 'A', 'A', 'A')).decisions.at(-2)!;
}

function afterOperator() {
  const story = secondTime();
  story.gathered();
  story.operator({ kind: 'resume', prompt: null });
  story.started();
  return ended(calls(story, 'A', 'A', 'A')).decisions.at(-2)!;
}

function givenUp(): Story {
  const story = calls(working(FEW), 'A', 'A', 'A');
  story.settle({ kind: 'abandoned', because: 'the watchdog was killed' });
  expect(story.last.actions).toHaveLength(1);
  return story;
}

describe('the prompt after it', () => {
  test('names the circle, and asks for another way', () => {
    const story = calls(working(FEW), 'A', 'A', 'A');
    const [resume] = story.ended().actions;
    expect(resume).toMatchObject({ kind: 'resume', prompt: { reason: expect.stringContaining(CIRCLE) } });
    expect(resume).toMatchObject({ prompt: { reason: expect.stringContaining('go on in another way') } });
    expect(story.run.charged).toEqual([2]);
  });

  test('says that nothing was achieved', () => {
    const story = stalled();
    const [resume] = story.ended().actions;
    expect(resume).toMatchObject({ kind: 'resume', prompt: { reason: expect.stringContaining('has made no milestone for 4h') } });
    expect(resume).toMatchObject({ prompt: { reason: expect.stringContaining('small steps') } });
    expect(story.run.charged).toEqual([2]);
  });
});

/** It works for this long, and each look at its job finds the same; the last one is answered. */
function works(story: Story, ms: number, look = (one: Story) => one.glanced()): Story {
  for (let gone = 0; gone < ms; gone += MINUTE) {
    if (story.run.attempt?.endingBecause !== null) break;
    story.after(MINUTE).says({ kind: 'tool' });
    if (story.run.attempt?.glance?.asked != null) look(story);
  }
  return story;
}

const stalled = (): Story => works(working(), 5 * HOUR);

/** It was ended for the first time, and its next attempt works. */
function stalledOnce(): Story {
  const story = stalled();
  story.ended();
  story.gathered();
  story.started();
  return story;
}

const STALL = 'has made no milestone for 4h (DOGWATCH_MAX_STALL)';
const UNSEEN = { head: null, worktree: null, progress: null, missing: ['git: it took too long'] };

rows('an attempt that is active without a milestone', [
  ['for nearly four hours: left alone', () => works(working(), 4 * HOUR - MINUTE).last, 'working', [], 'is active'],
  ['for four hours: ended', () => stalled().last, 'working', ['end 1'], STALL],
  ['a commit after three hours: left alone', () => works(committed(), 3 * HOUR).last, 'working', [], 'is active'],
  ['and four hours after that: ended', () => works(committed(), 5 * HOUR).last, 'working', ['end 1'], STALL],
  ['new content of its files after three hours: left alone', () => works(edited(), 3 * HOUR).last, 'working', [], 'is active'],
  ['`dogwatch progress` after three hours: left alone', () => works(claimed(), 3 * HOUR).last, 'working', [], 'is active'],
  [
    'what it does cannot be seen: left alone',
    () => works(working(), 9 * HOUR, (one) => one.glanced(UNSEEN)).last,
    'working',
    [],
    'is active',
  ],
  [
    'part of it cannot be seen: left alone',
    () => works(working(), 9 * HOUR, (one) => one.glanced({ missing: ['--progress ended with status 1'] })).last,
    'working',
    [],
    'is active',
  ],
  [
    'what it does can be seen after five hours only: left alone',
    () => works(seenLate(), 4 * HOUR - MINUTE).last,
    'working',
    [],
    'is active',
  ],
  ['and four hours after that: ended', () => works(seenLate(), 5 * HOUR).last, 'working', ['end 1'], STALL],
  ['commits in a place where nobody had looked before: left alone', () => works(moved(), 25 * MINUTE).last, 'working', [], 'is active'],
  ['and none there until the next look: ended', () => works(moved(), 31 * MINUTE).last, 'working', ['end 1'], STALL],
  ['and another one there: left alone', () => works(moved(), HOUR, commitsThere).last, 'working', [], 'is active'],
  ['DOGWATCH_MAX_STALL=0: left alone', () => works(working({ policy: { maxStallMs: 0 } }), 9 * HOUR).last, 'working', [], 'is active'],
  ['a run of an older build: left alone', () => works(older('maxStallMs'), 9 * HOUR).last, 'working', [], 'is active'],
  ['paused: left alone', () => works(paused({}), 9 * HOUR).last, 'working', [], 'is active'],
  ['only observed: left alone', () => works(observed({}), 9 * HOUR).last, 'working', [], 'is active'],
  ['the last look is open: left alone', () => unanswered(), 'working', [], 'is active'],
  ['a restarted watchdog looks again', () => restartedWhileOpen().last, 'working', ['end 1'], STALL],
  ['a build of six hours: left alone', () => builds(), 'quiet', [], 'busy with a tool (make)'],
  ['and for a while after it', () => works(afterBuild(), 29 * MINUTE).last, 'working', [], 'is active'],
  ['then ended', () => works(afterBuild(), 31 * MINUTE).last, 'working', ['end 1'], STALL],
  ['it is gone: resumed', () => stalled().ended(), 'starting', ['resume 2'], 'attempt 1 is gone'],
  [
    'the second time in a row: a person decides',
    () => ended(works(stalledOnce(), 5 * HOUR)).last,
    'escalated',
    ['escalate to operator: stall'],
    'it is the second attempt to do so',
  ],
  [
    'new content in between: it is the first time again',
    () => ended(works(editsThenStalls(), 9 * HOUR)).decisions.at(-2)!,
    'starting',
    ['resume 3'],
    'is gone',
  ],
]);

function committed(): Story {
  const story = works(working(), 3 * HOUR);
  story.after(MINUTE).glanced({ head: 'c0ffee0002' });
  return story;
}

/** Nothing at all could be seen of the job for five hours. */
function seenLate(): Story {
  const story = new Story();
  story.gathered(UNSEEN);
  story.started();
  works(story, 5 * HOUR, (one) => one.glanced(UNSEEN));
  story.glanced();
  return story;
}

/** The look that is due finds that it works in another repository. */
function moved(): Story {
  const story = works(working(), 4 * HOUR - MINUTE);
  return works(story, MINUTE, (one) => one.glanced({ elsewhere: [{ root: '/other', commits: ['c1'] }] }));
}

const commitsThere = (story: Story) => story.glanced({ elsewhere: [{ root: '/other', commits: ['c1', 'c2'] }] });

function edited(): Story {
  const story = works(working(), 3 * HOUR);
  story.after(MINUTE).glanced({ worktree: 'new' });
  return story;
}

function claimed(): Story {
  const story = works(working(), 3 * HOUR);
  story.after(MINUTE).claims('progress', 'half of it');
  return story;
}

function unanswered() {
  const story = works(working(), 4 * HOUR - 40 * MINUTE);
  return works(story, 9 * HOUR, (one) => one.last).last;
}

function restartedWhileOpen(): Story {
  const story = works(working(), 5 * HOUR, (one) => one.last);
  story.restarts();
  return works(story, HOUR);
}

const LONG: Wishes = { policy: { maxToolMs: 8 * HOUR } };

/** A tool that runs for six hours, sampled. */
function build(): Story {
  const story = works(working(LONG), HOUR);
  const sinceMono = story.now.mono;
  for (let gone = 0; gone < 6 * HOUR; gone += 30 * SECOND) story.after(30 * SECOND).sample(0, { key: 'make', sinceMono });
  return story;
}
const builds = () => build().last;

function afterBuild(): Story {
  const story = build();
  story.after(SECOND).says({ kind: 'tool' });
  return story;
}

function editsThenStalls(): Story {
  const story = works(stalledOnce(), HOUR);
  story.glanced({ worktree: 'new' });
  return story;
}

test('an idle attempt is not looked at, and an active one every half hour', () => {
  const looks = (story: Story) => story.decisions.flatMap(({ questions }) => questions).filter(({ kind }) => kind === 'glance').length;
  const idle = working();
  for (let gone = 0; gone < 3 * HOUR; gone += MINUTE) idle.after(MINUTE).tick();
  expect(looks(idle)).toBe(0);
  expect(looks(works(working(), 3 * HOUR + MINUTE))).toBe(6);
});

test('a look while it lives says nothing about its end: it is looked at again', () => {
  const story = works(working(), HOUR);
  expect(story.run.answered.evidence).toBe(0);
  story.exits(0);
  expect(story.last.questions.map(({ kind }) => kind)).toContain('evidence');
});

test('an attempt that is idle for as long as the operator allows is wedged, though it is still called working', () => {
  const story = working({ policy: { idleMs: 30 * SECOND } });
  for (let gone = 0; gone < 45 * SECOND; gone += 5 * SECOND) story.after(5 * SECOND).sample(0);
  expect(story.actions.at(-1)).toMatchObject({ kind: 'end', because: expect.stringContaining('is wedged') });
});
