import { expect, test } from 'vitest';
import type { RunDecision } from '../../../src/core/decision.ts';
import { inShort } from '../../../src/core/in-short.ts';
import { rows } from '../../kit/core/rows.ts';
import { HOUR, MINUTE, SECOND, Story, type Wishes, working } from '../../kit/core/world.ts';

const IDLE_CPU = 0.013;
const BUSY_CPU = 0.33;

rows('a living attempt', [
  ['activity: working', () => working().after(MINUTE).tick(), 'working', [], 'is active'],
  [
    'two minutes without: quiet',
    () =>
      working()
        .after(2 * MINUTE)
        .tick(),
    'quiet',
    [],
    'without recent activity',
  ],
  ['a line: working again', () => quiet().says(), 'working', [], 'is active'],
  ['14 minutes idle: left alone', () => samples(working(), 14 * MINUTE, IDLE_CPU), 'quiet', [], 'without recent activity'],
  ['15 minutes idle: wedged', () => samples(working(), 15 * MINUTE, IDLE_CPU), 'quiet', ['end 1'], 'wedged: no activity for 15m'],
  [
    'an hour idle, its log removed and not to be read: nobody knows, left alone',
    () => samples(lostLog(false), HOUR, IDLE_CPU),
    'quiet',
    [],
    'whether it is active is not known, because its log was removed',
  ],
  [
    'its log removed, but read where it is open: wedged after 15 minutes as ever',
    () => samples(lostLog(true), 15 * MINUTE, IDLE_CPU),
    'quiet',
    ['end 1'],
    'wedged',
  ],
  ['its log is there again: wedged after 15 minutes', () => samples(foundLog(), 15 * MINUTE, IDLE_CPU), 'quiet', ['end 1'], 'wedged'],
  ['an hour without a look at its processes: left alone', () => working().after(HOUR).tick(), 'quiet', [], 'without recent activity'],
  ['the first look after an hour: left alone', () => working().after(HOUR).sample(0), 'quiet', [], 'without recent activity'],
  [
    'the last look is old: left alone',
    () =>
      lookedOnce()
        .after(10 * MINUTE)
        .tick(),
    'quiet',
    [],
    'without recent activity',
  ],
  ['a look of an earlier attempt: nothing', () => oldSample(), 'quiet', [], 'without recent activity'],
  ['the watchdog was away for an hour: looked at anew', () => away(), 'quiet', [], 'without recent activity'],
  [
    'nobody looked for 20 minutes: looked at anew',
    () =>
      lookedOnce()
        .after(20 * MINUTE)
        .sample(60_000),
    'quiet',
    [],
    'without recent activity',
  ],
  ['the watchdog was restarted a moment ago: looked at anew', () => restartedAtTheEnd(), 'quiet', [], 'without recent activity'],
  ['and it is wedged after all: ended', () => samples(awayStory(), 2 * MINUTE, IDLE_CPU), 'quiet', ['end 1'], 'wedged'],
  ['paused and wedged: left alone', () => samples(paused(), HOUR, IDLE_CPU), 'quiet', [], 'without recent activity'],
  ['ended: resumed at once if it had worked', () => endedAfterWork(), 'starting', ['resume 2'], 'resume at once'],
  ['the end was abandoned, and it is wedged still: ended', () => abandonedEnd(), 'quiet', ['end 1'], 'wedged'],
]);

rows('a living attempt that does not work', [
  ['its turn is over for 4 minutes: left alone', () => samples(turnOver(), 4 * MINUTE, IDLE_CPU), 'quiet', [], 'without recent activity'],
  [
    'its turn is over for 5 minutes: it lingers',
    () => samples(turnOver(), 5 * MINUTE, IDLE_CPU),
    'quiet',
    ['end 1'],
    'lingers: its turn is over',
  ],
  ['a turn, and then a line: as patient as ever', () => samples(spoken(), 14 * MINUTE, IDLE_CPU), 'quiet', [], 'without recent activity'],
  ['its turn is over, a tool runs: busy', () => samples(turnOver(), 20 * MINUTE, IDLE_CPU, 'make'), 'quiet', [], 'busy with a tool (make)'],
  ['it writes its own record: working', () => recording(20 * MINUTE), 'working', [], 'is active'],
  [
    'its record was written before the first look: nothing',
    () =>
      working()
        .after(3 * MINUTE)
        .sample(0, null, 77),
    'quiet',
    [],
    'without',
  ],
  [
    'waits for a permission for 9 minutes: left alone',
    () => samples(asking(), 9 * MINUTE, IDLE_CPU),
    'quiet',
    [],
    'without recent activity',
  ],
  [
    'waits for a permission and is quiet: a person hears of it before it is ended',
    () =>
      asking()
        .after(2 * MINUTE)
        .tick(),
    'quiet',
    ['escalate to operator: permission'],
    'without recent activity',
  ],
  [
    'waits for a permission for 10 minutes: ended',
    () => samples(asking(), 10 * MINUTE, IDLE_CPU),
    'quiet',
    ['end 1'],
    'waits for a permission that nobody can give (DOGWATCH_PERMISSION_GRACE): external_directory /etc',
  ],
  ['and resumed; a person has heard of it', () => askedAndEnded(), 'starting', ['resume 2'], 'resume at once'],
  ['only says that it tries again: wedged', () => retrying(15 * MINUTE), 'quiet', ['end 1'], 'wedged: no activity for 15m'],
]);

test('a permission that nobody could give is denied in the next prompt, and reported once until a milestone', () => {
  const story = asking();
  const next = () => {
    story.exits(0);
    story.after(5 * MINUTE).tick();
    const actions = story.decisions.slice(-2).flatMap(({ actions }) => actions);
    story.started();
    story.says({ kind: 'permission', text: 'external_directory /etc' });
    return actions;
  };
  const [resume, notice] = next();
  expect(resume).toMatchObject({ kind: 'resume', prompt: { reason: expect.stringContaining('it is denied (external_directory /etc)') } });
  expect(notice).toMatchObject({ kind: 'escalate', to: 'operator', cause: 'permission' });
  expect(next().map(inShort)).toEqual(['resume 3']);
  story.says({ kind: 'todo', done: 1, total: 3 });
  expect(next().map(inShort)).toEqual(['resume 4', 'escalate to operator: permission']);
});

rows('a start', [
  ['no activity for 4 minutes: left alone', () => samples(silent(), 4 * MINUTE, IDLE_CPU), 'starting', [], 'not shown activity yet'],
  ['no activity for 5 minutes: a failed start', () => samples(silent(), 5 * MINUTE, IDLE_CPU), 'starting', ['end 1'], 'a failed start'],
  ['CPU is activity: working', () => samples(silent(), 6 * MINUTE, BUSY_CPU), 'working', [], 'is active'],
  ['a tool is activity: left alone', () => samples(silent(), 20 * MINUTE, IDLE_CPU, 'npm ci'), 'quiet', [], 'busy with a tool (npm ci)'],
  ['ended: tried again with backoff', () => endedStart(), 'waiting', [], 'attempt 2 starts in 5s'],
  ['its session is unknown: looked for', () => sessionSought(), 'waiting', [], 'looking for the session'],
  ['there is none: started again from the beginning', () => startedAgain(), 'starting', ['start 2'], 'did little'],
]);

rows('a tool', [
  ['silent for 40 minutes, then over: no longer busy, and activity', () => afterTool(), 'working', [], 'is active'],
  [
    '2 hours: ended, whatever CPU it takes',
    () => samples(working(), 2 * HOUR + MINUTE, BUSY_CPU, 'make'),
    'quiet',
    ['end 1'],
    'make has been running for 2h',
  ],
  ['2 hours with a growing log: left alone', () => noisyTool(), 'working', [], 'is active'],
  [
    'the same again in the next attempt: a person',
    () => overlongTwice('make'),
    'escalated',
    ['escalate to operator: overlong-tool'],
    'second time',
  ],
  ['another one in the next attempt: ended', () => overlongTwice('cargo'), 'quiet', ['end 2'], 'cargo has been running for 2h'],
]);

test.each<[string, number, string | null, number]>([
  ['a silent 40-minute build', BUSY_CPU, 'make', 40],
  ['an agent that prints only at its end', BUSY_CPU, null, 110],
  ['an agent that prints only at its end, with a tool', BUSY_CPU, 'node', 110],
  ['a tool that sleeps on the network', 0, 'curl', 110],
])('a healthy run is never touched: %s', (_what, cpuShare, tool, minutes) => {
  const story = working();
  const before = story.actions.length;
  samples(story, minutes * MINUTE, cpuShare, tool);
  story.says({ kind: 'turn', well: true });
  expect(story.actions.slice(before)).toEqual([]);
  expect(story.run.state).toBe('working');
});

test('CPU over 3 % of a core for a whole minute is activity, under it is none', () => {
  for (const [share, state] of [
    [0.031, 'working'],
    [0.029, 'quiet'],
  ] as const) {
    const story = working();
    samples(story, 5 * MINUTE, share);
    expect(story.run.state).toBe(state);
  }
});

test('CPU time that shrinks begins a new window: a process has gone, nothing is known', () => {
  const story = working();
  samples(story, 14 * MINUTE, IDLE_CPU);
  story.after(MINUTE).sample(1);
  expect(story.last.actions).toEqual([]);
  expect(story.run.attempt?.cpu?.idle).toBe(false);
});

/** Samples the attempt's processes every 15 s for a while. */
function samples(story: Story, forMs: number, cpuShare: number, tool: string | null = null): RunDecision {
  const sinceMono = story.now.mono;
  let decision = story.last;
  for (let ms = 0; ms < forMs && decision.actions.map(inShort).every((action) => action.endsWith('permission')); ms += 15 * SECOND) {
    const cpuMs = (story.after(15 * SECOND).now.mono - 0) * cpuShare;
    decision = story.sample(cpuMs, tool === null ? null : { key: tool, sinceMono });
  }
  return decision;
}

function quiet(): Story {
  const story = working().after(2 * MINUTE);
  story.tick();
  return story;
}

function lostLog(isRead: boolean): Story {
  const story = working();
  story.loses({ because: 'was removed', isRead });
  story.after(SECOND).tick();
  return story;
}

function foundLog(): Story {
  const story = lostLog(false);
  story.loses(null);
  return story;
}

function lookedOnce(): Story {
  const story = working();
  samples(story, 8 * MINUTE, IDLE_CPU);
  return story;
}

function turnOver() {
  const story = working().after(MINUTE);
  story.says({ kind: 'turn', well: true });
  return story;
}

function spoken() {
  const story = turnOver();
  story.says();
  return story;
}

function recording(ms: number): RunDecision {
  const story = working();
  for (let gone = 0; gone < ms; gone += 15 * SECOND) story.after(15 * SECOND).sample(0, null, gone);
  return story.last;
}

function asking() {
  const story = working().after(2 * MINUTE);
  story.says({ kind: 'permission', text: 'external_directory /etc' });
  return story;
}

function askedAndEnded(): RunDecision {
  const story = asking();
  samples(story, 10 * MINUTE, IDLE_CPU);
  return story.ended();
}

function retrying(ms: number): RunDecision {
  const story = working();
  for (let gone = 0; gone < ms; gone += 15 * SECOND) {
    story.after(15 * SECOND).sample(0);
    if (story.run.pending === null) story.says({ kind: 'retrying', text: 'Reconnecting... 1/5' });
  }
  return story.actions.length > 1 ? (story.decisions.findLast(({ actions }) => actions.length > 0) ?? story.last) : story.last;
}

function oldSample() {
  const story = working({ policy: { promptAfterMs: 0 } });
  story.after(MINUTE).says();
  story.exits();
  story.started();
  story.says();
  story.after(20 * MINUTE).tick();
  return story.tell({ kind: 'process.sampled', attempt: 1, vitals: { cpuMs: 0, tool: null, wroteWall: null } });
}

function restartedAtTheEnd() {
  const story = working();
  samples(story, 14 * MINUTE + 45 * SECOND, IDLE_CPU);
  story.restarts();
  return samples(story, 30 * SECOND, IDLE_CPU);
}

function awayStory(): Story {
  const story = working();
  samples(story, 10 * MINUTE, IDLE_CPU);
  story.after(HOUR).restarts();
  return story;
}

const away = (): RunDecision => awayStory().sample(60_000);

function paused(): Story {
  const story = working();
  story.operator({ kind: 'pause', because: 'maintenance' });
  return story;
}

function wedged(wishes: Wishes = {}): Story {
  const story = working(wishes);
  story.after(2 * MINUTE).says();
  samples(story, 15 * MINUTE, IDLE_CPU);
  return story;
}

const endedAfterWork = () => wedged().ended();

function abandonedEnd() {
  const story = wedged();
  return story.settle({ kind: 'abandoned', because: 'the watchdog was restarted' });
}

function silent(): Story {
  const story = new Story();
  story.gathered();
  story.started();
  return story;
}

function endedStart() {
  const story = sessionSoughtStory();
  return story.tell({ kind: 'session.learned', attempt: 1, session: 'ses_7' });
}

function sessionSoughtStory(): Story {
  const story = silent();
  samples(story, 5 * MINUTE, IDLE_CPU);
  story.ended();
  return story;
}

const sessionSought = () => sessionSoughtStory().last;

function startedAgain() {
  const story = sessionSoughtStory();
  story.tell({ kind: 'session.learned', attempt: 1, session: null });
  return story.after(5 * SECOND).tick();
}

function afterTool() {
  const story = working();
  samples(story, 40 * MINUTE, 0, 'make');
  return story.after(15 * SECOND).sample(0);
}

function noisyTool() {
  const story = working();
  for (let minute = 0; minute < 150; minute++) {
    story.says();
    samples(story, MINUTE, BUSY_CPU, 'make');
  }
  return story.last;
}

function overlongTwice(second: string) {
  const story = working();
  story.after(2 * MINUTE).says();
  samples(story, 3 * HOUR, 0, 'make');
  expect(story.last.actions.map(inShort)).toEqual(['end 1']);
  story.ended();
  story.started();
  story.says();
  return samples(story, 3 * HOUR, 0, second);
}

test('a log that was removed is a notice once, and said in the state', () => {
  const story = working();
  const lost = { because: 'was removed', isRead: true };
  const first = story.loses(lost);
  expect(first.because).toContain('the log of attempt 1 was removed; it is still read through a descriptor that its processes hold open');
  expect(first.actions.map((action) => action.kind === 'escalate' && action.cause)).toEqual(['lost-log']);
  expect(first.run.because).toBe('attempt 1 is active; its log was removed');
  expect(story.loses(lost).actions).toEqual([]);
});
