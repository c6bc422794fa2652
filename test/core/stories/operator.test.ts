import { expect, test } from 'vitest';
import type { Command } from '../../../src/core/model/facts.ts';
import { rows } from '../../kit/core/rows.ts';
import { HOUR, MINUTE, SECOND, Story, survivor, type Wishes, working, worksAndExits } from '../../kit/core/world.ts';

const PAUSE: Command = { kind: 'pause', because: 'maintenance' };
const UNPAUSE: Command = { kind: 'unpause' };
const STOP: Command = { kind: 'stop', because: 'enough' };
const RESUME: Command = { kind: 'resume', prompt: null };
const DISABLED: Wishes = { policy: { enabled: false } };

rows('pause', [
  ['the attempt lives: it goes on', () => paused().last, 'working', [], 'paused by the operator: maintenance'],
  ['it dies: held', () => worksAndExits(paused()), 'held', [], 'dogwatch unpause upgrade'],
  [
    'held for a day: nothing',
    () =>
      held()
        .after(24 * HOUR)
        .tick(),
    'held',
    [],
    'paused by the operator (maintenance)',
  ],
  ['it leaves tools: they are left alone', () => paused().exits(0, [survivor('tool', 9)]), 'held', [], 'tools outlived it'],
  ['waiting for its backoff: held', () => waiting().operator(PAUSE), 'held', [], 'paused'],
  ['before the first start has come back: held once it failed', () => pausedStart(), 'held', [], 'could not be started'],
  ['released while it lives: nothing', () => paused().operator(UNPAUSE), 'working', [], 'unpaused by the operator'],
  ['released: resumed', () => held().operator(UNPAUSE), 'starting', ['resume 2'], 'unpaused by the operator'],
  ['resume releases it as well', () => held().operator(RESUME), 'starting', ['resume 2'], 'reset'],
  ['handed off: stays so', () => handedOff().operator(PAUSE), 'handed-off', [], 'paused'],
  ['done all the same: complete', () => paused().claims('done', 'all of it'), 'complete', [], 'all of it'],
]);

rows('DOGWATCH_ENABLED=0', [
  ['for the run: not even the first start', () => new Story(DISABLED).last, 'held', [], 'dogwatch only observes'],
  ['for the host: not even the first start', () => new Story({}, { hostEnabled: false }).last, 'held', [], 'dogwatch only observes'],
  ['for the host, while it lives: it goes on', () => disabled().last, 'working', [], 'is active'],
  ['and dies: held', () => worksAndExits(disabled()), 'held', [], 'dogwatch only observes'],
  ['enabled again: resumed', () => enabledAgain(), 'starting', ['resume 2'], 'resume at once'],
  ['wedged: left alone', () => wedged(disabled()), 'quiet', [], 'without recent activity'],
  ['complete, and it lingers: left alone', () => lingers(), 'complete', [], 'all of it'],
  ['the operator stops it: that is no act of dogwatch', () => disabled().operator(STOP), 'working', ['end 1'], 'asked to stop'],
]);

rows('stop', [
  ['the attempt lives: ended', () => working().operator(STOP), 'working', ['end 1'], 'asked to stop: enough'],
  ['it is gone: stopped', () => stopping().ended(), 'stopped', [], 'enough'],
  ['it dies by itself meanwhile: stopped when that is proven', () => diesWhileStopping(), 'stopped', [], 'enough'],
  ['waiting: stopped at once', () => waiting().operator(STOP), 'stopped', [], 'enough'],
  ['handed off: stopped at once', () => handedOff().operator(STOP), 'stopped', [], 'enough'],
  ['tools are left: ended first', () => stopWithTools(), 'held', ['end 1'], 'asked to stop'],
  ['a start is in flight: ended as soon as it is known', () => stopWhileStarting(), 'starting', ['end 1'], 'attempt 1 started'],
  ['it cannot be ended: a person', () => unstoppable().last, 'escalated', ['escalate to operator: blocked'], "can't be ended"],
  ['asked again: tried again', () => unstoppable().operator(STOP), 'escalated', ['end 1'], 'asked to stop'],
  ['proven done meanwhile: complete', () => doneWhileStopping(), 'complete', [], 'all of it'],
  ['stopped, then evidence, a death, a tick: nothing', () => afterStop(), 'stopped', [], 'enough'],
  ['stopped, then resumed', () => stopped().operator(RESUME), 'starting', ['resume 2'], 'reset'],
]);

rows('blocked', [
  ['the agent needs a person: escalated', () => blocked().last, 'escalated', ['escalate to operator: blocked'], 'which key?'],
  ['said again: once is enough', () => blocked().claims('blocked', 'which key?'), 'escalated', [], 'which key?'],
  ['it goes on all the same: stays so', () => blocked().says(), 'escalated', [], 'which key?'],
  ['it dies: not resumed', () => worksAndExits(blocked()), 'escalated', [], 'ended with status 0'],
  ['wedged: left alone', () => wedged(blocked()), 'escalated', [], 'which key?'],
  ['done in the end: complete', () => blocked().claims('done', 'found it'), 'complete', [], 'found it'],
  ['resumed by the operator while it lives: it goes on', () => blocked().operator(RESUME), 'working', [], 'attempt 1 is alive and goes on'],
  ['resumed by the operator after its death', () => blockedAndDead().operator(RESUME), 'starting', ['resume 2'], 'reset'],
]);

test.each<[string, () => Story, Command, boolean, string]>([
  ['pause of a stopped run', stopped, PAUSE, false, 'it is stopped'],
  ['unpause of a run that is not paused', () => working(), UNPAUSE, true, 'it is not paused'],
  ['stop of a stopped run', stopped, STOP, true, 'it is stopped already'],
  ['resume of a complete run', complete, RESUME, false, 'it is complete'],
  ['resume of a run that is being stopped', stopping, RESUME, false, 'it is being stopped'],
  ['resume where dogwatch only observes', disabled, RESUME, false, 'DOGWATCH_ENABLED=0'],
  ['resume of a run that lives', () => working(), RESUME, true, 'attempt 1 is alive and goes on'],
  [
    'resume of a run that lives, with a prompt',
    () => working(),
    { kind: 'resume', prompt: 'go on' },
    true,
    'attempt 1 is alive and goes on, without this prompt: it is kept for the next attempt',
  ],
  ['pause of a run that lives', () => working(), PAUSE, true, 'paused by the operator: maintenance'],
])('the answer to a %s', (_what, given, command, accepted, message) => {
  const story = given();
  const before = story.run.state;
  const { reply, run, actions } = story.operator(command);
  expect(reply).toMatchObject({ accepted, message: expect.stringContaining(message) });
  if (!accepted) expect([run.state, actions]).toEqual([before, []]);
});

test("the operator's prompt goes with the next resume, and only with that one", () => {
  const story = waiting();
  story.operator({ kind: 'resume', prompt: 'use the other key' });
  expect(story.last.actions[0]).toMatchObject({ prompt: { operator: 'use the other key' } });
  story.started();
  worksAndExits(story);
  expect(story.last.actions[0]).toMatchObject({ prompt: { operator: null } });
});

test('a hold is shown as long as it lasts', () => {
  const story = handedOff();
  story.operator(PAUSE);
  expect(story.run.holds.map(({ kind }) => kind)).toEqual(['operator']);
  story.operator(UNPAUSE);
  expect(story.run.holds).toEqual([]);
  expect(waiting().run.holds.map(({ kind }) => kind)).toEqual(['backoff']);
});

function paused(): Story {
  const story = working();
  story.operator(PAUSE);
  return story;
}

function held(): Story {
  const story = paused();
  worksAndExits(story);
  return story;
}

function waiting(): Story {
  const story = working();
  story.after(SECOND).exits(1);
  return story;
}

function pausedStart() {
  const story = new Story();
  story.operator(PAUSE);
  return story.startFails();
}

function handedOff(): Story {
  const story = working({ policy: { maxResumes: 0 } });
  story.exits();
  story.gathered();
  return story;
}

function disabled(): Story {
  const story = working();
  story.restarts({ enabled: false });
  return story;
}

function enabledAgain() {
  const story = disabled();
  worksAndExits(story);
  return story.restarts();
}

function wedged(story: Story) {
  for (let ms = 0; ms < HOUR; ms += 15 * SECOND) story.after(15 * SECOND).sample(0);
  return story.last;
}

function lingers() {
  const story = disabled();
  story.claims('done', 'all of it');
  return story.after(HOUR).tick();
}

function stopping(): Story {
  const story = working();
  story.operator(STOP);
  return story;
}

function stopped(): Story {
  const story = stopping();
  story.ended();
  return story;
}

function diesWhileStopping() {
  const story = stopping();
  story.exits('SIGTERM');
  return story.ended();
}

function stopWithTools() {
  const story = paused();
  story.exits(0, [survivor('tool', 9)]);
  return story.operator(STOP);
}

function stopWhileStarting() {
  const story = new Story();
  story.operator(STOP);
  return story.started();
}

function unstoppable(): Story {
  const story = stopping();
  story.settle({ kind: 'end-failed', attempt: 1, because: 'pid 8 is in state D' });
  return story;
}

function doneWhileStopping() {
  const story = stopping();
  story.claims('done', 'all of it');
  return story.ended();
}

function afterStop() {
  const story = stopped();
  story.gathered({ head: 'beef' });
  story.exits();
  return story.after(HOUR).tick();
}

function blocked(): Story {
  const story = working();
  story.after(MINUTE).says();
  story.claims('blocked', 'which key?');
  return story;
}

function blockedAndDead(): Story {
  const story = blocked();
  worksAndExits(story);
  return story;
}

function complete(): Story {
  const story = working();
  story.claims('done', 'all of it');
  return story;
}

test('ack of a run without a notice is no refusal, and changes nothing', () => {
  const story = working();
  const before = story.run;
  const { reply } = story.operator({ kind: 'ack' });
  expect(reply).toMatchObject({ accepted: true, message: 'there is nothing to acknowledge' });
  expect(story.run).toEqual(before);
});

test('what was asked before it was stopped is asked again when it is resumed: nobody may be left to answer', () => {
  const story = working({ done: { check: 'make test' } });
  story.exits(0);
  expect(story.last.questions.map(({ kind }) => kind)).toContain('check');
  story.operator(STOP);
  expect(story.run).toMatchObject({ state: 'stopped', asked: { check: expect.anything() } });
  const { questions } = story.operator({ kind: 'resume', prompt: null });
  expect(questions.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['check', 'evidence']));
});
