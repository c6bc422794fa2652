import { expect, test } from 'vitest';
import type { RunDecision } from '../../../src/core/decision.ts';
import type { Command } from '../../../src/core/model/facts.ts';
import type { RecoverySpec } from '../../../src/core/model/recovery.ts';
import { noticesAfter } from '../../../src/core/notice-changes.ts';
import type { Notice } from '../../../src/core/notices/notice.ts';
import { noticeDraft } from '../../../src/core/notices/wording.ts';
import { UNATTENDED_MS } from '../../../src/core/rules/recovery.ts';
import { Fleet, limit } from '../../kit/core/fleet.ts';
import * as moments from '../../kit/core/moments.ts';
import { rows } from '../../kit/core/rows.ts';
import { HOUR, MENDER, MINUTE, type Story, type Wishes, working, worksAndExits } from '../../kit/core/world.ts';

const PAUSE: Command = { kind: 'pause', because: 'maintenance' };
const UNPAUSE: Command = { kind: 'unpause' };
const STOP: Command = { kind: 'stop', because: 'enough' };
const RESUME: Command = { kind: 'resume', prompt: 'go on' };
const recover = (spec: Partial<RecoverySpec> = {}): Command => ({ kind: 'recover', recovery: { ...MENDER, ...spec } });

rows('a supervisor that asks for a recovery', [
  ['handed off: it is started', () => handedOff().operator(recover()), 'recovering', ['recover 1'], 'was requested by the supervisor'],
  [
    'as many as there may be: for a person',
    () => handedOff().operator(recover({ most: 0 })),
    'escalated',
    ['escalate to operator: blocked'],
    'DOGWATCH_MAX_RECOVERIES=0',
  ],
  ['it cannot be started: for a person', () => failedStart().last, 'escalated', ['escalate to operator: recovery'], 'no such program'],
  ['it was never started: handed off again', () => abandoned().last, 'handed-off', [], 'an action was abandoned'],
  ['and a person was asked meanwhile: still for a person', () => abandoned(puzzling(asked())).last, 'escalated', [], 'abandoned'],
  ['and the host was rebooted as well', () => abandoned(afterReboot(puzzling(asked()))).last, 'escalated', [], 'abandoned'],
  [
    'a day later: nothing',
    () =>
      abandoned(puzzling(asked()))
        .after(24 * HOUR)
        .tick(),
    'escalated',
    [],
    'could not make sense',
  ],
  [
    'a limit stopped it, and a person was asked meanwhile: still for a person',
    () => puzzling(after(mending(), 'exit')).menderGone(limit()),
    'escalated',
    [],
    'it was refused',
  ],
]);

test.each<[string, () => RunDecision, string]>([
  ['a recovery of a run for which one is started', () => asked().operator(recover()), 'it is recovering'],
  ['a recovery of a run that one works on', () => mending().operator(recover()), 'it is recovering'],
  ['a recovery of a run that was not handed off', () => working().operator(recover()), 'it is working'],
  ['a recovery of a run that a person was asked for', () => moments.blocked().operator(recover()), 'it is escalated'],
  ['a recovery of a paused run', () => after(handedOff(), PAUSE).operator(recover()), 'it is paused'],
  ['a recovery where nobody may act', () => observing().operator(recover()), 'DOGWATCH_ENABLED=0'],
  ['a recovery while its account is held', () => moments.limitedRecovery().after(HOUR).operator(recover()), 'while its account is held'],
  ['what it says when it is being ended', () => givenBack().mender('resume', 'mended'), 'is being ended'],
  ['what the one before it says', () => mending().mender('resume', 'mended', { recovery: 7 }), 'a living recovery agent'],
  ['what anybody says', () => mending().mender('done', 'so', { genuine: false }), 'a living recovery agent'],
  ['what it says when it has gone', () => mended().mender('done', 'so'), 'a living recovery agent'],
])('%s is refused, and nothing is done', (_, observed, why) => {
  const { reply, actions, run, from } = observed();
  expect([reply?.accepted, actions, run.state]).toEqual([false, [], from]);
  expect(reply?.message).toContain(why);
});

rows('a recovery agent', [
  [
    'works: nothing else is done',
    () =>
      mending()
        .after(44 * MINUTE)
        .tick(),
    'recovering',
    [],
    '(claude) is running, for 45m',
  ],
  [
    'takes too long: it is ended',
    () =>
      mending()
        .after(45 * MINUTE)
        .tick(),
    'recovering',
    ['end-recovery 1'],
    'DOGWATCH_RECOVERY_TIMEOUT',
  ],
  [
    'gives the turn back: it is ended first',
    () => mending().mender('resume', 'mended'),
    'recovering',
    ['end-recovery 1'],
    'hands the run back: mended',
  ],
  ['has gone: what it changed is looked at', () => gone().last, 'waiting', [], 'what the recovery agent changed'],
  ['which is no milestone: the run is resumed', () => mended().last, 'starting', ['resume 2'], 'new commit'],
  ['says done: it is ended first', () => mending().mender('done', 'all of it'), 'recovering', ['end-recovery 1'], 'the job is done'],
  ['has gone after it was done: complete', () => after(mending(), 'done').menderGone(), 'complete', [], 'all of it'],
  ['says done, and a check decides', () => mending(CHECKED).mender('done', 'all of it'), 'recovering', [], 'all of it'],
  ['and it passes: it is ended first', () => checked(true).last, 'recovering', ['end-recovery 1'], 'the check passed'],
  ['and it fails: it works on', () => checked(false).last, 'recovering', [], 'is refused: the check failed'],
  [
    'and it fails once it is gone: for a person',
    () => goneUnchecked().checked(false),
    'escalated',
    ['escalate to operator: recovery'],
    'the check has failed',
  ],
  ['and it passes once it is gone: complete', () => goneUnchecked().checked(true), 'complete', [], 'the check passed'],
  [
    'says blocked: it is ended first',
    () => mending().mender('blocked', 'no key'),
    'recovering',
    ['end-recovery 1'],
    'needs a person: no key',
  ],
  [
    'has gone after it was blocked: for a person',
    () => after(mending(), 'blocked').menderGone(),
    'escalated',
    ['escalate to operator: recovery'],
    'needs a person',
  ],
  ['ends: what is left of it is ended', () => mending().menderExits(), 'recovering', ['end-recovery 1'], 'ended without handing'],
  [
    'has gone without a word: for a person',
    () => after(mending(), 'exit').menderGone(),
    'escalated',
    ['escalate to operator: recovery'],
    'ended without handing',
  ],
  ['cannot be ended: for a person', () => stuck().last, 'escalated', ['escalate to operator: blocked'], 'it waits for a device'],
  [
    'and a day later: nothing',
    () =>
      stuck()
        .after(24 * HOUR)
        .tick(),
    'escalated',
    [],
    'it waits for a device',
  ],
  [
    'and the operator wants it: ended again',
    () => stuck().operator(RESUME),
    'recovering',
    ['end-recovery 1'],
    'the operator resumed the run',
  ],
]);

rows('the operator, while a recovery agent works', [
  ['resumes: it is ended first', () => mending().operator(RESUME), 'recovering', ['end-recovery 1'], 'reset'],
  [
    'and it has gone: resumed, its budget armed',
    () => after(mending(), RESUME).menderGone(),
    'starting',
    ['resume 2'],
    'the operator asked for it',
  ],
  ['pauses: it is ended', () => mending().operator(PAUSE), 'recovering', ['end-recovery 1'], 'paused by the operator'],
  ['and it has gone: handed off, and left alone', () => after(mending(), PAUSE).menderGone(), 'handed-off', [], 'is gone'],
  ['then unpauses: the turn of the supervisor', () => unpaused().last, 'handed-off', [], 'unpaused'],
  ['and it can be mended again', () => unpaused().operator(recover()), 'recovering', ['recover 2'], 'requested'],
  ['stops: it is ended', () => mending().operator(STOP), 'recovering', ['end-recovery 1'], 'asked to stop'],
  ['and it has gone: stopped', () => after(mending(), STOP).menderGone(), 'stopped', [], 'enough'],
  ['pauses while it is started: it is ended then', () => after(asked(), PAUSE).settle(STARTED), 'recovering', ['end-recovery 1'], 'paused'],
]);

rows('a restart while a recovery agent works', [
  ['of the watchdog: it is taken over', () => mending().restarts(), 'recovering', [], '(claude) is running, for 45m'],
  [
    'of the watchdog, observing only: left alone',
    () => after(mending(), 'observe').after(HOUR).tick(),
    'recovering',
    [],
    '(claude) is running, for 45m',
  ],
  ['of the machine: it is over', () => mending().restarts({ rebooted: true }), 'recovering', ['end-recovery 1'], 'rebooted'],
  ['and then: handed off again', () => after(mending(), 'reboot').menderGone(), 'handed-off', [], 'is gone'],
]);

rows('the attempt after a recovery', [
  [
    'makes a milestone: the budget is armed',
    () => onTrial().says({ kind: 'todo', done: 1, total: 9 }),
    'working',
    [],
    'milestone in attempt 2',
  ],
  ['dies: it is looked whether it made one', () => diedOnTrial().last, 'waiting', [], 'checking whether the recovery helped'],
  [
    'made none: for a person',
    () => diedOnTrial().gathered({ head: 'mended' }),
    'escalated',
    ['escalate to operator: recovery'],
    'made no milestone',
  ],
  [
    'made a commit: it goes on',
    () => diedOnTrial().gathered({ head: 'onwards' }),
    'handed-off',
    ['escalate to supervisor: budget'],
    'new commit',
  ],
  ['is refused by a limit: that is no verdict', () => limitedOnTrial().gathered({ head: 'mended' }), 'waiting', [], 'limit'],
  ['cannot be started: for a person', () => mended().startFails(), 'escalated', ['escalate to operator: recovery'], 'made no milestone'],
  ['finishes the job: complete', () => onTrial().claims('done', 'all of it'), 'complete', [], 'all of it'],
]);

rows('a limit that stops a recovery agent', [
  [
    'handed off again, uncounted',
    () => moments.limitedRecovery().last,
    'handed-off',
    [],
    'the five_hour limit of claude/anthropic/0a1b2c3d4e5f',
  ],
  [
    'asked again after it: started',
    () =>
      moments
        .limitedRecovery()
        .after(4 * HOUR)
        .operator(recover()),
    'recovering',
    ['recover 2'],
    'requested',
  ],
  ['refused credentials: for a person', () => refused().last, 'escalated', ['escalate to operator: recovery'], 'Invalid API key'],
  [
    'after it gave the turn back: no matter',
    () => after(mending(), 'resume').menderGone(limit()),
    'waiting',
    [],
    'what the recovery agent changed',
  ],
]);

rows('a supervisor that is expected', [
  [
    'has not come yet: nothing',
    () =>
      expected()
        .after(UNATTENDED_MS - 1)
        .tick(),
    'handed-off',
    [],
    'resumes without a milestone',
  ],
  [
    'does not come: for a person',
    () => expected().after(UNATTENDED_MS).tick(),
    'escalated',
    ['escalate to operator: unattended'],
    'run every hour',
  ],
  [
    'has come, and could do nothing yet: nothing',
    () =>
      attended()
        .after(UNATTENDED_MS - 1)
        .tick(),
    'handed-off',
    [],
    'it was refused: You have hit your limit',
  ],
]);

test('a limit is not counted, all other recoveries are: since the last milestone, and in a day', () => {
  expect(moments.limitedRecovery().run.recoveries).toEqual({ tried: 1, sinceMilestone: 0, begun: [] });
  const story = unpaused();
  expect(story.run.recoveries).toMatchObject({ tried: 1, sinceMilestone: 1, begun: [expect.any(Number)] });
  expect(onTrial().says({ kind: 'todo', done: 1, total: 9 }).run).toMatchObject({
    recovery: null,
    charged: [],
    recoveries: { sinceMilestone: 0, begun: [expect.any(Number)] },
  });
  // The day counts, whatever was achieved in between.
  expect(story.operator(recover({ most: 1 })).run.state).toBe('escalated');
  expect(after(unpaused(), RESUME).run.recoveries.sinceMilestone).toBe(0);
});

test('what refuses a recovery agent holds its account, also where that is the account of the run', () => {
  expect(moments.limitedRecovery().recoveryHolds).toMatchObject([{ account: MENDER.account, kind: 'limit', reporter: { attempt: 0 } }]);
  expect(moments.limitedRecovery().holds).toEqual([]);
  const { account } = working().run.spec;
  const story = mending({}, { account });
  story.menderExits();
  story.menderGone(limit());
  expect(story.holds).toMatchObject([{ account, kind: 'limit' }]);
});

test('a limit of a recovery agent holds the runs of its account, and theirs hold a recovery', () => {
  const fleet = new Fleet({ stuck: { policy: { maxResumes: 0 } }, other: { account: MENDER.account } });
  fleet.after(MINUTE);
  fleet.exits('stuck', 1);
  fleet.operator('stuck', recover());
  expect(fleet.run('stuck')).toMatchObject({ state: 'recovering', recovery: { phase: 'at-work' } });
  fleet.refusedMender = limit({ resetsAtWall: fleet.now.wall + HOUR, provenance: 'prose' });
  fleet.tell({ kind: 'recovery.exited', run: 'stuck', recovery: 1 });
  fleet.exits('other', 1);
  expect([fleet.run('stuck').state, fleet.run('other')]).toMatchObject(['handed-off', { state: 'waiting', holds: [{ kind: 'limit' }] }]);
  fleet.after(2 * HOUR);
  fleet.isRefused('other', limit({ name: 'weekly', resetsAtWall: fleet.now.wall + HOUR, provenance: 'prose' }));
  fleet.operator('stuck', recover());
  expect(fleet.run('stuck').state).toBe('handed-off');
  // One run of the account goes first, and works.
  fleet.after(2 * HOUR);
  fleet.says('other', { kind: 'turn', well: true });
  fleet.operator('stuck', recover());
  expect(fleet.run('stuck').state).toBe('recovering');
});

test('refused credentials stop all recoveries of the account until they change', () => {
  const { recoveryHolds } = refused();
  const other = (credentials: string): Story => {
    const story = handedOff();
    story.recoveryHolds = recoveryHolds;
    story.operator(recover({ credentials }));
    return story;
  };
  expect(other(MENDER.credentials).last).toMatchObject({
    run: { state: 'escalated' },
    because: expect.stringContaining('Invalid API key'),
  });
  expect(other('somebody has logged in').run.state).toBe('recovering');
});

test('what the recovery agent says goes into the prompt of the next attempt, which is not charged', () => {
  const { actions, run } = mended().last;
  expect(actions).toMatchObject([{ kind: 'resume', attempt: 2, prompt: { operator: 'mended' } }]);
  expect(run.charged).toEqual([]);
});

test('with a supervisor a person is notified of a failed recovery, once, and of nothing before it', () => {
  const story = diedOnTrial();
  story.gathered({ head: 'mended' });
  story.after(HOUR).tick();
  const notices = story.decisions.reduce<readonly Notice[]>((known, decision) => {
    const { kept } = noticesAfter(known, decision, {
      noticeDraft: (action, run) => noticeDraft(action, run, []),
      recovers: true,
      waiting: () => [],
    });
    return [...known.filter(({ id }) => !kept.some((one) => one.id === id)), ...kept];
  }, []);
  expect(notices).toMatchObject([
    {
      cause: 'recovery/upgrade-1',
      state: 'open',
      tried: expect.arrayContaining([expect.stringContaining('recovery 1: recovery agent 1 hands the run back: mended')]),
    },
  ]);
});

const CHECKED: Wishes = { done: { check: 'make test', exit: true } };
const STARTED = { kind: 'recovery-started', shim: { bootId: 'boot-1', pid: 2000, startTicks: 1 } } as const;

/** Its first attempt spends its budget, unless another budget is given. */
function handedOff({ policy, ...wishes }: Wishes = {}): Story {
  const story = working({ ...wishes, policy: { maxResumes: 0, ...policy } });
  worksAndExits(story, 1);
  story.gathered();
  return story;
}

function asked(wishes: Wishes = {}, spec: Partial<RecoverySpec> = {}): Story {
  const story = handedOff(wishes);
  story.operator(recover(spec));
  return story;
}

function mending(wishes: Wishes = {}, spec: Partial<RecoverySpec> = {}): Story {
  const story = asked(wishes, spec);
  story.settle(STARTED);
  return story;
}

function after(story: Story, what: Command | 'done' | 'blocked' | 'resume' | 'exit' | 'observe' | 'reboot'): Story {
  if (typeof what !== 'string') story.operator(what);
  else if (what === 'exit') story.menderExits();
  else if (what === 'observe') story.restarts({ enabled: false });
  else if (what === 'reboot') story.restarts({ rebooted: true });
  else story.mender(what, what === 'done' ? 'all of it' : 'so');
  return story;
}

function givenBack(wishes: Wishes = {}): Story {
  const story = mending(wishes);
  story.mender('resume', 'mended');
  return story;
}

function gone(wishes: Wishes = {}): Story {
  const story = givenBack(wishes);
  story.menderGone();
  return story;
}

function mended(wishes: Wishes = {}): Story {
  const story = gone(wishes);
  story.gathered({ head: 'mended' });
  return story;
}

function onTrial(wishes: Wishes = {}): Story {
  const story = mended(wishes);
  story.started();
  story.says();
  return story;
}

function diedOnTrial(wishes: Wishes = {}): Story {
  const story = onTrial(wishes);
  worksAndExits(story, 1);
  return story;
}

function limitedOnTrial(): Story {
  const story = onTrial();
  story.says(limit({ resetsAtWall: story.now.wall + HOUR }), { kind: 'turn', well: false });
  story.exits(1);
  return story;
}

function checked(passed: boolean): Story {
  const story = mending(CHECKED);
  story.mender('done', 'all of it');
  story.checked(passed);
  return story;
}

function goneUnchecked(): Story {
  const story = mending(CHECKED);
  story.mender('done', 'all of it');
  story.menderExits();
  story.menderGone();
  return story;
}

function failedStart(): Story {
  const story = asked();
  story.settle({ kind: 'recovery-failed', because: 'no such program' });
  return story;
}

function abandoned(story = asked()): Story {
  story.settle({ kind: 'abandoned', because: 'dogwatch ended before' });
  return story;
}

/** An observation makes no sense: a person is asked. */
function puzzling(story: Story): Story {
  const read = { attempt: story.attempt, path: '/log', bytes: 1, lines: 1, cursor: null as never, gap: null } as const;
  story.tell({ kind: 'log.read', ...read, signals: null as never });
  return story;
}

function afterReboot(story: Story): Story {
  story.restarts({ rebooted: true });
  return story;
}

function stuck(): Story {
  const story = givenBack();
  story.settle({ kind: 'recovery-end-failed', because: 'it waits for a device' });
  return story;
}

function unpaused(): Story {
  const story = after(mending(), PAUSE);
  story.menderGone();
  return after(story, UNPAUSE);
}

function refused(): Story {
  const story = after(mending(), 'exit');
  story.menderGone({ kind: 'auth', text: 'Invalid API key' });
  return story;
}

function observing(): Story {
  const story = handedOff();
  story.restarts({ enabled: false });
  return story;
}

function expected(): Story {
  const story = handedOff();
  story.recovers = true;
  return story;
}

function attended(): Story {
  const story = moments.limitedRecovery();
  story.recovers = true;
  story.after(2 * HOUR).operator(recover());
  return story;
}

test('a recovery agent that cannot be started: a person is notified, led by what the run was handed off for, and none counts as tried', () => {
  const story = handedOff();
  const { because, recoveries } = story.run;
  story.operator({ kind: 'no-recovery', because: 'claude was not found in PATH' });
  expect(story.run).toMatchObject({
    state: 'escalated',
    because: `a person is needed: ${because}; no recovery agent can be started: claude was not found in PATH`,
    recoveries,
    recovery: null,
  });
  const again = story.operator({ kind: 'no-recovery', because: 'so' });
  expect(again.reply).toMatchObject({ accepted: false, message: expect.stringContaining('it is escalated') });
});
