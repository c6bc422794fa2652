import { expect, test } from 'vitest';
import { rows } from '../../kit/core/rows.ts';
import { MINUTE, SECOND, type Story, survivor, type Wishes, working, worksAndExits } from '../../kit/core/world.ts';

const CHECK: Wishes = { done: { check: 'make test' } };
const IN_DOUBT: Wishes = { agent: 'generic', done: { doubt: 'claude' } };
const BY_DEFAULT: Wishes = { agent: 'generic', done: { exit: true, exitByDefault: true } };
const ASKED = ['escalate to operator: blocked'];
const UNSEEN = "what ssh started can't be seen from here";
const DONE_LINE = { kind: 'done', text: 'ALL DONE' } as const;

rows('done', [
  [
    'the agent says so: complete at once',
    () => working().claims('done', 'all of it'),
    'complete',
    [],
    'the agent says that the job is done: all of it',
  ],
  ['a line of the log says so: complete', () => working().says(DONE_LINE), 'complete', [], 'the log says that the job is done: ALL DONE'],
  ['the done file appears: complete', () => doneFile(working()), 'complete', [], '/srv/done appeared'],
  ['the done file appears after the death: complete', () => doneFile(dead()), 'complete', [], '/srv/done appeared'],
  ['exit 0, as the operator asked: complete', () => working({ done: { exit: true } }).exits(0), 'complete', [], 'exit status 0'],
  ['exit 1, where exit 0 is done: not done', () => working({ done: { exit: true } }).exits(1), 'waiting', [], 'with status 1'],
  [
    'exit 0, where an agent seems to be in it: a person',
    () => working(IN_DOUBT).exits(0),
    'escalated',
    ASKED,
    'claude is part of the command',
  ],
  ['exit 1, where an agent seems to be in it: again', () => working(IN_DOUBT).exits(1), 'waiting', [], 'with status 1'],
  ['exit 0 by default, and no agent was seen: complete', () => working(BY_DEFAULT).exits(0), 'complete', [], 'exit status 0'],
  ['exit 0 by default, and an agent was seen: a person', () => sawAgent(BY_DEFAULT), 'escalated', ASKED, 'codex is part of the command'],
  ['exit 0 by default, and the log is an agent’s: a person', () => wroteAsAgent(), 'escalated', ASKED, '--resume-command'],
  ['exit 0 as asked for, and an agent was seen: complete', () => sawAgent({ done: { exit: true } }), 'complete', [], 'exit status 0'],
  [
    'done, and it was out of sight: what may be left is said',
    () => working({ unseen: 'ssh' }).claims('done', 'all of it'),
    'complete',
    [],
    UNSEEN,
  ],
  ['exit 0 alone: not done', () => working().exits(0), 'waiting', [], 'with status 0'],
  ['handed off, and then it is done after all: complete', () => doneAfterHandOff(), 'complete', [], 'appeared'],
  ['an earlier attempt says so: not believed', () => staleClaim(), 'working', [], 'not believed'],
  ['a forged claim: not believed', () => forgedClaim(), 'working', [], 'not believed'],
  ['said before the start came back: believed', () => hastyClaim(), 'complete', [], 'all of it'],
  ['said twice: still complete', () => complete().claims('done', 'again'), 'complete', [], 'all of it'],
  ['complete, then its process dies: nothing', () => complete().exits(), 'complete', [], 'ended with status 0'],
  ['complete, and its process lingers for a minute: left alone', () => complete().after(MINUTE).tick(), 'complete', [], 'all of it'],
  [
    'complete, and its process lingers for two: ended',
    () =>
      complete()
        .after(2 * MINUTE)
        .tick(),
    'complete',
    ['end 1'],
    'lingered for 2m',
  ],
  ['complete, and a tool of it lingers: ended', () => lingeringTool(), 'complete', ['end 1'], 'lingered for 2m'],
  ['complete, it lingers, and the operator stops it: ended at once', () => stopped(complete()), 'complete', ['end 1'], 'asked to stop'],
]);

rows('done with a check', [
  ['claimed: the check is asked, the attempt goes on', () => claimed().last, 'working', [], 'says that the job is done'],
  ['it passes: complete', () => claimed().checked(true), 'complete', [], 'the check passed'],
  ['it fails: refused, the attempt goes on', () => claimed().checked(false), 'working', [], 'is refused: the check failed'],
  ['the attempt dies meanwhile: waiting for the check', () => claimed().exits(), 'waiting', [], 'the check decides'],
  ['and then it fails: resumed', () => refusedAfterDeath(), 'starting', ['resume 2'], 'refused'],
  ['the attempt dies without a claim: the check is run', () => worksAndExits(working(CHECK)), 'waiting', [], 'the check is run'],
  ['and passes: complete', () => diedUnclaimed().checked(true), 'complete', [], 'the check passed'],
  ['and fails: resumed', () => diedUnclaimed().checked(false), 'starting', ['resume 2'], 'the check says that the job is not done yet'],
  ['a killed attempt cannot be done: resumed', () => worksAndExits(working(CHECK), 'SIGKILL'), 'starting', ['resume 2'], 'resume at once'],
  ['other signs of done are defined: resumed', () => worksAndExits(fileAndCheck()), 'starting', ['resume 2'], 'resume at once'],
  ['an answer that nobody asked for: nothing', () => working(CHECK).checked(true), 'working', [], 'is active'],
  ['the same refusal again: nothing', () => refusedTwice(), 'working', [], 'is active'],
  ['paused: no check before it is released', () => pausedClaim().last, 'working', [], 'says that the job is done'],
  ['released: the check is run', () => pausedClaim().operator({ kind: 'unpause' }), 'working', [], 'unpaused'],
]);

test.each<[string, () => Story, string[]]>([
  ['a claim asks for the check', claimed, ['check']],
  ['a claim that waits asks only once', () => ticked(claimed()), []],
  ['a watchdog that was restarted asks again', () => restarted(claimed()), ['check']],
  ['paused, nobody asks', pausedClaim, []],
  ['a death asks for evidence and, where nothing else tells, for the check', diedUnclaimed, ['check', 'evidence']],
  ['a refusal that was asked for an earlier attempt is asked again', oldRefusal, ['check']],
])('%s', (_what, story, questions) => {
  expect(
    story()
      .last.questions.map(({ kind }) => kind)
      .sort(),
  ).toEqual(questions);
});

test('the output of a check that failed goes into the next prompt, once', () => {
  const story = diedUnclaimed();
  story.checked(false);
  expect(story.last.actions[0]).toMatchObject({ prompt: { refusal: '3 tests fail' } });
  story.started();
  story.says();
  worksAndExits(story, 'SIGKILL');
  expect(story.last.actions[0]).toMatchObject({ kind: 'resume', prompt: { refusal: null } });
});

function doneFile(story: Story) {
  return story.tell({ kind: 'done-file.appeared', attempt: story.attempt, path: '/srv/done' });
}

function dead(): Story {
  const story = working();
  story.exits();
  return story;
}

function doneAfterHandOff() {
  const story = working({ policy: { maxResumes: 0 } });
  story.exits();
  story.gathered();
  expect(story.run.state).toBe('handed-off');
  return doneFile(story);
}

function second(): Story {
  const story = working();
  worksAndExits(story);
  story.started();
  story.says();
  return story;
}

function staleClaim() {
  const decision = second().claims('done', 'all of it', 1);
  expect(decision.reply?.accepted).toBe(false);
  return decision;
}

function forgedClaim() {
  return working().tell({ kind: 'agent.claimed', request: 'r9', attempt: 1, genuine: false, claim: 'done', because: 'trust me' });
}

function hastyClaim() {
  const story = working();
  worksAndExits(story);
  story.claims('done', 'all of it', 2);
  return story.started();
}

function complete(): Story {
  const story = working();
  story.claims('done', 'all of it');
  return story;
}

function lingeringTool() {
  const story = complete();
  story.exits(0, [survivor('tool', 9)]);
  return story.after(2 * MINUTE).tick();
}

const stopped = (story: Story) => story.operator({ kind: 'stop', because: 'enough' });

function claimed(): Story {
  const story = working(CHECK);
  story.after(2 * MINUTE).says();
  story.claims('done', 'all of it');
  return story;
}

function refusedAfterDeath() {
  const story = claimed();
  story.exits();
  return story.checked(false);
}

function diedUnclaimed(): Story {
  const story = working(CHECK);
  worksAndExits(story);
  return story;
}

const fileAndCheck = (): Story => working({ done: { check: 'make test', file: '/srv/done' } });

function refusedTwice() {
  const story = claimed();
  story.checked(false);
  return story.checked(false);
}

function pausedClaim(): Story {
  const story = working(CHECK);
  story.operator({ kind: 'pause', because: 'maintenance' });
  story.claims('done', 'all of it');
  return story;
}

function ticked(story: Story): Story {
  story.after(SECOND).tick();
  return story;
}

function restarted(story: Story): Story {
  story.restarts();
  return story;
}

function oldRefusal(): Story {
  const story = fileAndCheck();
  story.claims('done', 'all of it');
  story.exits();
  story.operator({ kind: 'resume', prompt: null });
  story.started();
  story.says();
  story.claims('done', 'now really');
  expect(story.last.questions, 'the check of attempt 1 is still out').toEqual([]);
  story.checked(false, 1);
  expect(story.run.claim?.because).toBe('now really');
  return story;
}

/** A script that was seen running an agent, and ends well. */
function sawAgent(wishes: Wishes) {
  const story = working(wishes);
  story.tell({ kind: 'process.sampled', attempt: 1, vitals: { cpuMs: 1, wroteWall: null, tool: null, agentSeen: 'codex' } });
  // A later sample without it takes nothing back.
  story.sample(2);
  return story.exits(0);
}

/** A script whose log has a line that only an agent writes. */
function wroteAsAgent() {
  const story = working(BY_DEFAULT);
  story.says({ kind: 'agent', name: 'goose' });
  return story.exits(0);
}
