import { describe, expect, test } from 'vitest';
import { evolve } from '../../../src/core/evolve/observation.ts';
import type { Command, Observation } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { NO_STREAK, type Streak } from '../../../src/core/model/streak.ts';
import { type AttemptPatch, attemptOf, having } from '../../kit/core/samples.ts';
import { HOUR, POLICY, process, specWith, survivor, working } from '../../kit/core/world.ts';

const story = working();
const { run } = story;
const AT = story.after(HOUR).now;
const first = attemptOf(run);
const given = (patch: Partial<Run> = {}, attempt: AttemptPatch | null = {}): Run => having(run, attempt, patch);
const dead = (patch: Partial<Run> = {}, attempt: AttemptPatch = {}): Run => given(patch, { alive: false, endedAt: AT, ...attempt });
type Exited = Observation & { readonly kind: 'process.exited' };
const base = { run: run.id, seq: 9, at: AT, jitter: 0 } as const;
const update = (of: Run, seen: Observation) => evolve(of, seen, { holds: [], windows: [] });

const ARMED_ANEW = { flooded: null, filled: null, takenOff: 0, failedCheck: null };

const WORN: Streak = {
  transients: 1,
  noops: 1,
  shortDeaths: 1,
  freshStarts: 1,
  startFailures: 1,
  overlongTool: 'tool',
  noSpaces: 1,
  refusals: 1,
  repeated: { signature: 's', count: 1, words: 'so', isLasting: false },
  notified: ['budget'],
};

describe('the operator', () => {
  const asks = (of: Run, command: Command) => update(of, { ...base, kind: 'operator.requested', request: 'r', command });
  const RESUME: Command = { kind: 'resume', prompt: null };
  const PAUSE: Command = { kind: 'pause', because: 'so' };
  const STOP: Command = { kind: 'stop', because: 'so' };
  const because = { because: 'so', at: AT };
  const worn: Partial<Run> = {
    charged: [1, 2],
    resumes: 7,
    streak: WORN,
    paused: because,
    blocked: 'so',
    claim: { by: 'the agent', because: 'so', attempt: 1 },
    recoveries: { ...run.recoveries, sinceMilestone: 2 },
    attendedAt: AT,
    operatorPrompt: 'be quick',
  };
  const fresh: Partial<Run> = {
    charged: [],
    streak: NO_STREAK,
    paused: null,
    blocked: null,
    claim: null,
    stopping: null,
    recoveries: { ...run.recoveries, sinceMilestone: 0 },
    attendedAt: null,
  };
  const DUE = { at: AT, because: 'the operator asked for it' };
  const ARMED = 'resume requested by the operator; the budget is reset';

  test.each<[string, Run, Command, Partial<Run>, note: string]>([
    [
      'arms a dead run again',
      dead({ ...worn, state: 'handed-off' }),
      RESUME,
      { ...fresh, state: 'waiting', excuse: 'operator', due: DUE },
      ARMED,
    ],
    [
      'with words',
      dead(worn),
      { ...RESUME, prompt: 'go' },
      { ...fresh, state: 'waiting', excuse: 'operator', due: DUE, operatorPrompt: 'go' },
      ARMED,
    ],
    ['without an attempt', given(worn, null), RESUME, { ...fresh, state: 'waiting', excuse: 'operator', due: DUE }, ARMED],
    [
      'alive: it goes on',
      given({ ...worn, excuse: 'limit' }),
      RESUME,
      { ...fresh, due: null, anyway: { attempt: 1, at: AT } },
      `${ARMED}; attempt 1 is alive and goes on`,
    ],
    [
      'alive, and it was for a person',
      given({ ...worn, state: 'escalated' }),
      RESUME,
      { ...fresh, due: null, state: 'quiet', anyway: { attempt: 1, at: AT } },
      `${ARMED}; attempt 1 is alive and goes on`,
    ],
    [
      'one that was stopped',
      dead({ state: 'stopped', stopping: because }),
      RESUME,
      { ...fresh, state: 'waiting', excuse: 'operator', due: DUE },
      ARMED,
    ],
    [
      'almost all resumes spent: they stay so',
      dead({ resumes: POLICY.maxResumesTotal - 1 }),
      RESUME,
      { state: 'waiting', excuse: 'operator', due: DUE },
      ARMED,
    ],
    [
      'all resumes spent: anew',
      dead({ resumes: POLICY.maxResumesTotal }),
      RESUME,
      { resumes: 0, state: 'waiting', excuse: 'operator', due: DUE },
      ARMED,
    ],
    ['pauses', given(), PAUSE, { paused: because }, 'paused by the operator: so'],
    ['releases', dead({ paused: because, due: DUE }), { kind: 'unpause' }, { paused: null, due: null }, 'unpaused by the operator'],
    ['stops', dead({ blocked: 'so' }), STOP, { stopping: because, blocked: null }, 'the operator asked to stop: so'],
    ['stops what is over and lives on', given({ state: 'complete' }), STOP, { stopping: because }, 'the operator asked to stop: so'],
  ])('%s', (_, of, command, patch, note) =>
    expect(asks(of, command)).toEqual({ run: { ...of, ...(command === RESUME || 'prompt' in command ? ARMED_ANEW : {}), ...patch }, note }),
  );

  test.each<[string, Run, Command, why: string]>([
    ['pauses what is over', dead({ state: 'failed' }), PAUSE, 'it is failed'],
    ['resumes what is complete', dead({ state: 'complete' }), RESUME, 'it is complete; start it again with `dogwatch run`'],
    ['resumes what is being stopped', given({ stopping: because }), RESUME, 'it is being stopped'],
    [
      'resumes what is observed only',
      dead({ hostEnabled: false }),
      RESUME,
      'DOGWATCH_ENABLED=0: dogwatch only observes, nothing was started',
    ],
  ])('in vain: %s', (_, of, command, refused) => expect(asks(of, command)).toEqual({ run: of, note: null, refused }));

  test.each<[string, Run, Command, why: string]>([
    ['releases what is not paused', given(), { kind: 'unpause' }, 'it is not paused'],
    ['stops what is over', dead({ state: 'stopped' }), STOP, 'it is stopped already'],
    ['stops what is over without an attempt', given({ state: 'failed' }, null), STOP, 'it is failed already'],
    ['acknowledges', given(), { kind: 'ack' }, 'there is nothing to acknowledge'],
  ])('again, without being refused: %s', (_, of, command, needless) =>
    expect(asks(of, command)).toEqual({ run: of, note: null, needless }),
  );

  test('questions that are out stay out, but for those of a run that was over', () => {
    const asked = { check: AT, evidence: AT, session: AT };
    expect(asks(dead({ asked }), RESUME).run.asked).toEqual(asked);
    expect(asks(dead({ asked, state: 'stopped' }), RESUME).run.asked).toEqual({ check: null, evidence: null, session: null });
  });

  const recovery = { number: 3, phase: 'at-work', over: null, next: null, stuck: null } as unknown as Run['recovery'];
  test.each<[Command, over: string, next: string]>([
    [RESUME, 'the operator resumed the run', 'operator'],
    [PAUSE, 'the operator paused the run', 'again'],
    [STOP, 'the operator asked to stop', 'again'],
  ])('$kind ends a recovery agent that is at work first', (command, over, next) => {
    const { run: after } = asks(dead({ state: 'recovering', recovery }), command);
    expect(after).toMatchObject({ state: 'recovering', recovery: { number: 3, over, next } });
  });

  test('resume forgets a recovery that is over', () =>
    expect(asks(dead({ recovery: { ...recovery, phase: 'trial' } as Run['recovery'] }), RESUME).run).toMatchObject({
      state: 'waiting',
      recovery: null,
    }));
});

describe('a new watchdog', () => {
  const starts = (of: Run, rebooted: boolean, enabled = true) => update(of, { ...base, kind: 'watchdog.started', rebooted, enabled });
  const asked = { check: AT, evidence: AT, session: AT };
  const none = { check: null, evidence: null, session: null };
  const DUE = { at: AT, because: 'so' };
  const shot = { attempt: 1, mono: 1, isStart: false };
  const looked: AttemptPatch = { sampledAt: AT, cpu: { cpuMs: 1, at: AT, windowCpuMs: 1, windowAt: AT, idle: true } };

  test('asks again, and compares nothing with what nobody saw', () => {
    const before = given({ asked, due: DUE, shot, attendedAt: AT }, looked);
    const attempt = { ...first, sampledAt: null, cpu: null };
    expect(starts(before, false, false)).toEqual({ run: { ...before, attempt, asked: none, hostEnabled: false }, note: null });
    expect(starts(given({ asked }, null), false).run).toEqual(given({ asked: none }, null));
  });

  const rebooted = { asked: none, due: null, shot: null };
  const trouble = { kind: 'limit', text: 'spent', resetsAtWall: 5, at: { wall: 1, mono: 1 } } as const;
  const over: AttemptPatch = { alive: false, survivors: 'none', tool: null, sampledAt: null, cpu: null };

  test.each<[string, Run, Partial<Run>, AttemptPatch | null, note: string]>([
    [
      'it lived: it ended with it',
      given({ due: DUE, shot }, looked),
      { excuse: 'boot' },
      { endedAt: AT },
      'the host was rebooted; attempt 1 ended with it',
    ],
    [
      'it was dead',
      dead({}, { endedAt: first.startedAt, survivors: 'tools' }),
      { excuse: 'boot' },
      { endedAt: first.startedAt },
      'the host was rebooted',
    ],
    [
      'it was in trouble: since now',
      dead({}, { trouble }),
      { excuse: 'boot' },
      { endedAt: AT, trouble: { ...trouble, at: AT } },
      'the host was rebooted',
    ],
    ['it was never started', given({ due: DUE, shot }, null), {}, null, 'the host was rebooted'],
  ])('after a reboot, %s', (_, before, patch, attempt, note) => {
    const after = attempt === null ? null : { ...before.attempt, ...over, ...attempt };
    expect(starts(before, true)).toEqual({ run: { ...before, ...rebooted, attendedAt: null, ...patch, attempt: after }, note });
  });

  test.each<[Run['state'], attendedAt: Run['attendedAt'], after: Run['attendedAt']]>([
    ['handed-off', null, AT],
    ['handed-off', { wall: 1, mono: 1 }, AT],
    ['recovering', { wall: 1, mono: 1 }, AT],
    ['waiting', null, null],
  ])('after a reboot, %s: a supervisor is waited for from now', (state, attendedAt, after) =>
    expect(starts(dead({ state, attendedAt }), true).run.attendedAt).toEqual(after),
  );

  test('a recovery agent ended with the host: once more', () => {
    const recovery = { number: 3, phase: 'at-work', over: null, next: null, stuck: null } as unknown as Run['recovery'];
    expect(starts(dead({ state: 'recovering', recovery }), true).run.recovery).toMatchObject({
      over: 'the host was rebooted',
      next: 'again',
    });
  });
});

describe('what the agent claims', () => {
  const claims = (of: Run, claim: 'done' | 'blocked' | 'progress', patch: object = {}) =>
    update(of, { ...base, kind: 'agent.claimed', request: 'r', attempt: 1, genuine: true, claim, because: 'so', ...patch });
  const starting = given({ pending: { id: 'a', kind: 'resume', attempt: 2, mode: 'resume', at: AT } });
  const ending = given({ pending: { id: 'a', kind: 'end', attempt: 2, at: AT } });

  test('done, blocked, progress', () => {
    const proof = 'the agent says that the job is done: so';
    expect(claims(given(), 'done')).toEqual({ run: { ...run, proof }, note: proof });
    expect(claims(given(), 'blocked')).toEqual({ run: { ...run, blocked: 'so' }, note: 'the agent is blocked: so' });
    const { run: after, note } = claims(given(), 'progress');
    expect([after.milestone, note]).toEqual([{ attempt: 1, at: AT, what: 'so' }, 'milestone in attempt 1: so']);
    expect(claims(after, 'progress')).toEqual({ run: after, note: '`dogwatch progress` from attempt 1 says nothing new: so' });
  });

  const refused = 'it does not come from the living attempt of this run';
  test.each<[string, Run, object, isBelieved: boolean]>([
    ['before its own start is known', starting, { attempt: 2 }, true],
    ['of an attempt that is being ended', ending, { attempt: 2 }, false],
    ['of another attempt', starting, { attempt: 3 }, false],
    ['of the attempt before the one that starts', starting, { attempt: 1 }, true],
    ['without its key', given(), { genuine: false }, false],
    ['of a run without an attempt', given({}, null), {}, false],
  ])('%s', (_, of, patch, isBelieved) => {
    const { note, refused: why } = claims(of, 'blocked', patch);
    const { attempt = 1 } = patch as { attempt?: number };
    const unbelieved = `\`dogwatch blocked\` from attempt ${attempt} is not believed: it does not come from the living attempt`;
    expect([note, why]).toEqual(isBelieved ? ['the agent is blocked: so', undefined] : [unbelieved, refused]);
  });

  test.each<[Run['state'], 'done' | 'blocked' | 'progress', why: string | undefined]>([
    ['complete', 'done', undefined],
    ['complete', 'blocked', 'the run is complete'],
    ['complete', 'progress', 'the run is complete'],
    ['stopped', 'done', 'the run is stopped'],
    ['failed', 'blocked', 'the run is failed'],
  ])('when it is %s: %s changes nothing', (state, claim, why) => {
    const of = given({ state });
    expect(claims(of, claim)).toEqual({ run: of, note: null, ...(why === undefined ? {} : { refused: why }) });
  });

  const seen: Observation = { ...base, kind: 'done-file.appeared', attempt: 1, path: '/done' };
  test('the done file is one, too, unless it is known', () => {
    const proof = 'the done file says that the job is done: /done appeared';
    expect(update(given(), seen)).toEqual({ run: { ...run, proof }, note: proof });
    const claim = { by: 'the agent', because: 'so', attempt: 1 };
    for (const of of [given({ state: 'stopped' }), given({ claim }), given({ proof: 'so' })])
      expect(update(of, seen)).toEqual({ run: of, note: null });
  });
});

describe('the end of a process', () => {
  const exits = (of: Run, patch: Partial<Exited> = {}) =>
    update(of, { ...base, kind: 'process.exited', attempt: 1, code: 0, signal: null, outOfMemory: false, survivors: [], ...patch });
  const exit = { code: 0, signal: null, outOfMemory: false };

  test('is the end of its attempt', () => {
    const { run: after, note } = exits(given());
    expect(after.attempt).toEqual({ ...first, alive: false, endedAt: AT, exit, survivors: 'none', tool: null });
    expect(note).toBe('attempt 1 ended with status 0 after 1h');
    const left = exits(given(), { survivors: [survivor('tool', 7), survivor('tool', 8)] });
    expect([left.run.attempt?.survivors, left.note]).toEqual(['tools', expect.stringMatching(/; 2 of its tools outlived it$/)]);
  });

  test('which nobody saw', () => expect(exits(given(), { code: null }).run.attempt?.exit).toBeNull());

  test.each<[string, Run]>([
    ['of another attempt', given({}, { number: 2 })],
    ['of no attempt', given({}, null)],
    ['whose end was known', dead({}, { exit: { ...exit, code: 3 } })],
  ])('%s: nothing', (_, of) => {
    const after = exits(of);
    expect([after.run === of, after.note]).toEqual([true, null]);
  });

  test('how it ended is learned later than that', () => {
    const of = dead({}, { exit: null });
    expect(exits(of)).toEqual({ run: { ...of, attempt: { ...of.attempt, exit } }, note: null });
  });

  test('of a wrapper: its agent is watched', () => {
    const survivors = [survivor('tool', 7), survivor('agent', 8, 'claude')];
    const agent = process(8);
    const note = 'the wrapper of attempt 1 died; its agent (pid 8, claude) lives and is watched';
    expect(exits(given({}, { agent: null }), { survivors })).toEqual({ run: given({}, { agent }), note });
    expect(exits(given({}, { agent: process(9) }), { survivors })).toEqual({ run: given({}, { agent }), note });
    expect(exits(given({}, { agent }), { survivors })).toEqual({ run: given({}, { agent }), note: null });
  });

  const finite = specWith({ done: { exit: true } });
  const proof = 'exit status 0 says that the job is done: the command says that it is finished';
  test.each<[string, Partial<Run>, Partial<Exited>, proof: string | null]>([
    ['of a command that says so by it', { spec: finite }, {}, proof],
    ['with another status', { spec: finite }, { code: 1 }, null],
    ['by a signal', { spec: finite }, { code: null, signal: 'SIGTERM' }, null],
    ['which nobody saw', { spec: finite }, { code: null }, null],
    ['of an agent', {}, {}, null],
    ['after a claim that waits for its check', { spec: finite, claim: { by: 'the agent', because: 'so', attempt: 1 } }, {}, null],
  ])('is the end of the job: %s', (_, patch, how, expected) => {
    const { run: after, note } = exits(given(patch), how);
    expect(after.proof).toBe(expected);
    if (expected !== null) expect(note).toMatch(new RegExp(`^attempt 1 ended with status 0 .*; ${expected}$`));
  });
});

describe('answers', () => {
  const session = (of: Run, id: string | null, attempt = 1) => update(of, { ...base, kind: 'session.learned', attempt, session: id });
  const asked = { check: AT, evidence: AT, session: AT };

  test.each<[string, Run, id: string | null, attempt: number, after: string | null]>([
    ['the session', given({ session: null }), 'ses_2', 1, 'ses_2'],
    ['none was found', given({ session: null }), null, 1, null],
    ['it was known', given(), 'ses_2', 1, 'ses_1'],
    ['of another attempt', given({ session: null }), 'ses_2', 2, null],
    ['of no attempt', given({ session: null }, null), 'ses_2', 1, null],
  ])('%s', (_, of, id, attempt, after) => {
    const isNew = after === 'ses_2';
    expect(session({ ...of, asked }, id, attempt)).toEqual({
      run: { ...of, asked: { ...asked, session: null }, answered: { ...of.answered, session: attempt }, session: after },
      note: isNew ? 'the session is ses_2' : null,
    });
  });

  test('an older answer does not undo a newer one', () =>
    expect(session(given({ answered: { ...run.answered, session: 4 } }), 'ses_2').run.answered.session).toBe(4));

  const checks = (of: Run, passed: boolean, attempt = 1) =>
    update(of, { ...base, kind: 'check.finished', attempt, passed, output: passed ? '' : '3 tests fail' });
  const claim = { by: 'the agent', because: 'all of it', attempt: 1 };
  const open = { check: AT, evidence: null, session: null };
  const closed = { ...open, check: null };
  const NOT_YET = 'the check says that the job is not done yet';
  const REFUSED = 'the claim of done (the agent) is refused: the check failed';
  const PASSED = 'the check passed (the agent had said so: all of it)';

  test.each<[string, Run, passed: boolean, Partial<Run>, answered: boolean, note: string | null]>([
    ['the check passed after a claim', dead({ asked: open, claim, refusal: 'x' }), true, { refusal: null, proof: PASSED }, true, PASSED],
    ['without a claim', dead({ asked: open }), true, { proof: 'the check passed' }, true, 'the check passed'],
    ['while it lives', given({ asked: open, claim }), true, { proof: PASSED }, false, PASSED],
    ['it failed', dead({ asked: open }), false, { refusal: '3 tests fail' }, true, NOT_YET],
    ['the claim is refused', given({ asked: open, claim }), false, { refusal: '3 tests fail' }, false, REFUSED],
    ['without an attempt', given({ asked: open }, null), false, { refusal: '3 tests fail' }, true, NOT_YET],
    ['it is over', dead({ asked: open, claim, state: 'stopped' }), true, {}, true, null],
    [
      'it failed for an attempt before: the claim is asked again',
      given({ asked: open, claim }, { number: 2 }),
      false,
      { claim },
      false,
      null,
    ],
    ['before there was one', given({ asked: open, claim }, null), false, { claim }, true, null],
    ['it passed for an attempt before', given({ asked: open, claim }, { number: 2 }), true, { proof: PASSED }, false, PASSED],
    [
      'it failed for an attempt before, and nothing was claimed',
      given({ asked: open }, { number: 2 }),
      false,
      { refusal: '3 tests fail' },
      false,
      NOT_YET,
    ],
  ])('%s', (_, of, passed, patch, isAnswered, note) => {
    const answered = isAnswered ? { ...of.answered, check: 1 } : of.answered;
    expect(checks(of, passed)).toEqual({ run: { ...of, asked: closed, answered, claim: null, ...patch }, note });
  });

  test('which nobody waits for: nothing', () => {
    const of = dead({ claim });
    expect(checks(of, true)).toEqual({ run: of, note: null });
  });

  test('evidence of the attempt that a recovery agent mended is no milestone', () => {
    const gathered = (of: Run, attempt: number) =>
      update(of, { ...base, kind: 'evidence.gathered', attempt, evidence: { head: 'new', worktree: 'w', progress: null, missing: [] } });
    const trial = (phase: string) => given({ recovery: { number: 1, phase, from: 2 } as unknown as Run['recovery'] });
    const milestone = (of: Run, attempt: number) => gathered(of, attempt).run.milestone?.attempt ?? null;
    expect([milestone(given(), 1), milestone(trial('trial'), 1), milestone(trial('trial'), 2), milestone(trial('wanted'), 1)]).toEqual([
      1,
      null,
      2,
      1,
    ]);
    expect(gathered(trial('trial'), 1).note).toBe(gathered(given(), 1).note?.replace('milestone in attempt 1: ', ''));
  });
});

test.each<[string, Run['milestone'], string]>([
  ['that is all that was seen of it', null, ', in which no work was seen: no milestone'],
  ['after a milestone of an earlier one', { attempt: 1, at: AT, what: 'a' }, ', in which no work was seen: no milestone'],
  ['after its own report', { attempt: 2, at: AT, what: 'a' }, ''],
])('new content after an attempt that did nothing else: %s', (_name, milestone, words) => {
  const of = given({ milestone }, { number: 2, tools: 0, turns: 0, lastActivity: null });
  const marks = { ...of.marks, baseline: true, worktree: 'before' } as Run['marks'];
  const evidence = { head: null, worktree: 'w', progress: null, missing: [] };
  const { note } = update({ ...of, marks }, { ...base, kind: 'evidence.gathered', attempt: 2, evidence });
  expect(note).toBe(`new content in the worktree, after attempt 2${words}`);
});

test.each<[string, worked: boolean, milestone: number | null]>([
  ['and that one worked', true, 2],
  ['and that one did nothing', false, null],
])('a look at an attempt is answered when the next one has ended, too, %s', (_name, hasWorked, credited) => {
  const lastEnd = { attempt: 2, hasWorked, endedWell: true };
  const of = given({ lastEnd, milestone: null }, { number: 3, tools: 0, turns: 0, lastActivity: null });
  const marks = { ...of.marks, baseline: true, worktree: 'before' } as Run['marks'];
  const evidence = { head: null, worktree: 'w', progress: null, missing: [] };
  const { run } = update({ ...of, marks }, { ...base, kind: 'evidence.gathered', attempt: 1, evidence });
  expect(run.milestone?.attempt ?? null).toBe(credited);
});

describe('a milestone', () => {
  const DUE = { at: AT, because: 'backoff' };
  const gathered = (of: Run, attempt: number) =>
    update(of, { ...base, kind: 'evidence.gathered', attempt, evidence: { head: 'new', worktree: 'w', progress: null, missing: [] } }).run;

  test.each<[string, Run, attempt: number, due: Run['due']]>([
    ['of the attempt that died: what waits is due anew', dead({ due: DUE }), 1, null],
    ['of one before it', dead({ due: DUE }, { number: 2 }), 1, DUE],
    ['without an attempt', given({ due: DUE }, null), 1, DUE],
    ['nothing waits', dead(), 1, null],
  ])('%s', (_, of, attempt, due) => expect(gathered(of, attempt)).toMatchObject({ due, milestone: { attempt, at: AT } }));
});

test('nothing is learned of time, nor of credentials', () => {
  const seen: Observation[] = [
    { ...base, kind: 'tick' },
    { ...base, kind: 'credentials.seen', fingerprint: 'f' },
  ];
  for (const one of seen) expect(update(run, one)).toEqual({ run, note: null });
});

test('a run is registered once', () => {
  const seen: Observation = { ...base, kind: 'run.registered', request: 'r', generation: 1, spec: run.spec, foreign: null };
  expect(() => update(run, seen)).toThrow('run upgrade-1 is registered already');
});
