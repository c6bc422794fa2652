import { expect, test } from 'vitest';
import { decide } from '../../../src/core/decide.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { rows } from '../../kit/core/rows.ts';
import { HOUR, MINUTE, SECOND, Story, working, worksAndExits } from '../../kit/core/world.ts';

rows('registered', [
  ['started at once', () => new Story().last, 'starting', ['start 1'], 'start at once'],
  ['started: nothing is known of it yet', () => new Story().started(), 'starting', [], 'attempt 1 started'],
  ['a process that was found: working, nothing is started', () => new Story({}, { foreign: 77 }).last, 'working', [], 'registered'],
  ['that process dies: resumed', () => worksAndExits(new Story({ sessions: false }, { foreign: 77 })), 'starting', ['resume 2'], 'at once'],
  ['registered again: nothing', () => registeredAgain(), 'working', [], 'is active'],
]);

rows('a start that fails', [
  [
    'once: backoff, and why',
    () => new Story().startFails(),
    'waiting',
    [],
    'attempt 1 could not be started: spawn opencode ENOENT; attempt 2 starts in 5s',
  ],
  ['tried again', () => startFails(1).last, 'starting', ['start 2'], 'could not be started'],
  [
    'three times: failed',
    () => failed().last,
    'failed',
    ['escalate to operator: failed'],
    '3 times; attempt 3 could not be started: spawn opencode ENOENT',
  ],
  ['failed, then a tick: nothing', () => failed().after(HOUR).tick(), 'failed', [], '3 times'],
  [
    'failed, then resumed by the operator: tried again',
    () => failed().operator({ kind: 'resume', prompt: null }),
    'starting',
    ['start 4'],
    'reset',
  ],
  ['a resume that fails is charged, and its session is kept', () => resumeFails(), 'starting', ['resume 3'], 'could not be started'],
]);

rows('an action that was abandoned', [
  ['a start: decided anew, with a new number', () => abandoned(new Story()), 'starting', ['start 2'], 'an action was abandoned'],
  ['a resume: decided anew', () => abandoned(resuming()), 'starting', ['resume 3'], 'an action was abandoned'],
  ['its outcome comes late: old news', () => lateOutcome(), 'starting', [], 'resume at once'],
  ['the same outcome twice: old news', () => outcomeTwice(), 'working', [], 'is active'],
]);

rows('a restart of the watchdog', [
  ['the attempt lives: nothing', () => working().restarts(), 'working', [], 'is active'],
  ['an action is in flight: no second one', () => resuming().restarts(), 'starting', [], 'resume at once'],
  ['its backoff has passed: resumed', () => waiting().after(MINUTE).restarts(), 'starting', ['resume 2'], 'did little'],
  ['its backoff has not passed: waits on', () => waiting().after(SECOND).restarts(), 'waiting', [], 'backoff'],
]);

rows('a reboot of the host', [
  [
    'the attempt lived: it ended with the host, resumed at its turn',
    () => reboot(working()),
    'starting',
    ['resume 2'],
    'attempt 1 ended with it',
  ],
  ['it waited for its backoff: resumed at its turn', () => reboot(waiting()), 'starting', ['resume 2'], 'staggered'],
  ['it was paused: held', () => reboot(paused()), 'held', [], 'the host was rebooted'],
  ['it was complete, and lingered: nothing is left', () => reboot(complete()), 'complete', [], 'the host was rebooted'],
  ['before its first start: started', () => abandoned(rebooted(new Story())), 'starting', ['start 2'], 'abandoned'],
]);

test('a reboot charges nobody', () => {
  const story = working();
  reboot(story);
  expect(story.run.charged).toEqual([]);
  expect(story.run.resumes).toBe(1);
  expect(story.run.streak.shortDeaths).toBe(0);
});

test('runs come back from a reboot spread over half a minute', () => {
  const story = rebooted(working());
  const at = { wall: story.now.wall, mono: 20 * SECOND };
  const seen = { kind: 'watchdog.started', run: story.run.id, rebooted: true, enabled: true, seq: 99, at, jitter: 0.5 } as const;
  const { run } = decide({ ...working().run }, seen);
  expect(run.state).toBe('waiting');
  expect(run.due?.at.mono).toBe(at.mono + 15 * SECOND);
});

test('what cannot be decided is for a person, once, and blinds nobody', () => {
  const story = working();
  const strange = { kind: 'log.read', attempt: 1, path: '/log', bytes: 1, signals: null, cursor: null, gap: null };
  const first = story.tell(strange as never);
  expect(first.run.state).toBe('escalated');
  expect(first.actions).toMatchObject([{ kind: 'escalate', to: 'operator', cause: 'poison' }]);
  expect(story.tell(strange as never).actions).toEqual([]);
  expect(story.says().run.state).toBe('escalated');
  expect(story.operator({ kind: 'resume', prompt: null }).run.state).toBe('working');
});

test('a strange outcome still settles its action, or the run would wait for it for ever', () => {
  const story = resuming();
  const before: Run = story.run;
  expect(before.pending).not.toBeNull();
  story.settle(null as never);
  expect(story.run.pending).toBeNull();
  expect(story.run.state).toBe('escalated');
});

test('a fact about a run that nobody knows is a bug of the caller', () => {
  const at = { wall: 0, mono: 0 };
  expect(() => decide(null, { kind: 'tick', run: 'nobody', seq: 1, at, jitter: 0 })).toThrow('nobody');
});

function registeredAgain() {
  const story = working();
  const decision = story.tell({ kind: 'run.registered', request: 'r0', generation: 1, spec: story.run.spec, foreign: null });
  expect(decision.reply).toEqual({ request: 'r0', accepted: true, message: 'upgrade-1' });
  return decision;
}

function startFails(times: number): Story {
  const story = new Story();
  story.gathered();
  for (let time = 0; time < times; time++) {
    story.startFails();
    story.after(10 * SECOND * 2 ** time).tick();
  }
  return story;
}

function failed(): Story {
  const story = startFails(2);
  story.startFails();
  return story;
}

function resumeFails() {
  const story = resuming();
  story.startFails('the working directory /srv/project is gone');
  story.after(MINUTE).tick();
  expect(story.run.charged).toEqual([2, 3]);
  return story.last;
}

function abandoned(story: Story) {
  return story.settle({ kind: 'abandoned', because: 'the watchdog was restarted' });
}

function resuming(): Story {
  const story = working();
  worksAndExits(story);
  return story;
}

function lateOutcome() {
  const story = resuming();
  const action = story.run.pending?.id ?? '';
  abandoned(story);
  return story.tell({ kind: 'action.settled', action, outcome: { kind: 'started', attempt: 2, shim: null, agent: null } });
}

function outcomeTwice() {
  const story = resuming();
  const action = story.run.pending?.id ?? '';
  story.started();
  story.says();
  return story.tell({ kind: 'action.settled', action, outcome: { kind: 'started', attempt: 2, shim: null, agent: null } });
}

function waiting(): Story {
  const story = working();
  story.exits(1);
  return story;
}

function rebooted(story: Story): Story {
  story.after(MINUTE);
  story.now = { wall: story.now.wall, mono: 10 * SECOND };
  story.restarts({ rebooted: true });
  return story;
}

const reboot = (story: Story) => rebooted(story).last;

function paused(): Story {
  const story = working();
  story.operator({ kind: 'pause', because: 'maintenance' });
  return story;
}

function complete(): Story {
  const story = working();
  story.claims('done', 'all of it');
  return story;
}

test('a full disk reported before a reboot is measured for seconds, not for as long as the machine was up before', () => {
  const story = working({ paths: ['/srv'] });
  story.after(90 * 24 * HOUR).says({ kind: 'no-space', text: 'No space left on device' });
  story.exits(1);
  story.gathered();
  rebooted(story);
  const beganMono = story.now.mono;
  story.after(MINUTE).tick();
  expect(story.now.mono - beganMono).toBe(MINUTE);
  expect([story.run.state, story.actions.at(-1)?.kind]).toEqual(['starting', 'resume']);
});
