import { describe, expect, test } from 'vitest';
import {
  ACTIVE_CPU_SHARE,
  CPU_WINDOW_MS,
  died,
  evolveFromLog,
  evolveFromSample,
  FRESH_SAMPLE_MS,
} from '../../../src/core/evolve/attempt.ts';
import type { Instant, Observation, Signal, Vitals } from '../../../src/core/model/facts.ts';
import type { Attempt, Run } from '../../../src/core/model/run.ts';
import { NO_STREAK, type Streak } from '../../../src/core/model/streak.ts';
import { limit } from '../../kit/core/fleet.ts';
import { type AttemptPatch, attemptOf, attemptWith, CURSOR, having } from '../../kit/core/samples.ts';
import { HOUR, MINUTE, POLICY, SECOND, specWith, working } from '../../kit/core/world.ts';

const story = working();
const { run } = story;
const AT = story.after(HOUR).now;
const first = attemptOf(run);
const ago = (ms: number): Instant => ({ wall: AT.wall - ms, mono: AT.mono - ms });
const given = (attempt: AttemptPatch | null = {}, patch: Partial<Run> = {}): Run => having(run, attempt, patch);
type Kind = NonNullable<Attempt['trouble']>['kind'];
const trouble = (kind: Kind, text = 'so') => ({ kind, text, resetsAtWall: null, at: ago(MINUTE) });

describe('a death', () => {
  const WELL = { code: 0, signal: null, outOfMemory: false };
  const WORN = { ...NO_STREAK, noops: 2, noSpaces: 1, shortDeaths: 3 };
  const dies = (attempt: AttemptPatch, patch: Partial<Run> = {}, exit: Attempt['exit'] = WELL, transients = 0) => {
    const of = given(
      { mode: 'resume', bytes: 0, number: 2, lastActivity: null, ...attempt },
      { streak: { ...WORN, transients }, ...patch },
    );
    return died(of, attemptOf(of), AT, exit, 'tools');
  };
  const milestone = (attempt: number) => ({ milestone: { attempt, at: AT, what: 'so' } });

  test('ends the attempt', () =>
    expect(dies({ tool: { key: 'k', name: 'n', since: AT } }, { due: { at: AT, because: 'so' } })).toMatchObject({
      attempt: { alive: false, endedAt: AT, exit: WELL, survivors: 'tools', tool: null },
      due: null,
    }));

  test.each<[string, AttemptPatch, Partial<Run>, Attempt['exit'], noops: number]>([
    ['a resume that did nothing', {}, {}, WELL, 3],
    ['a first start', { mode: 'start' }, {}, WELL, 2],
    ['one that wrote something', { bytes: 1 }, {}, WELL, 0],
    ['one that failed', {}, {}, { ...WELL, code: 1 }, 2],
    ['one whose end nobody saw', {}, {}, null, 2],
    ['one that got on, and wrote nothing', {}, milestone(2), WELL, 0],
    ['and the one before got on', {}, milestone(1), WELL, 3],
  ])('of %s: it did nothing so often in a row', (_, attempt, patch, exit, noops) =>
    expect(dies(attempt, patch, exit).streak.noops).toBe(noops),
  );

  test.each<[string, Kind | null, transients: number, excuse: Run['excuse'], after: Partial<Streak>]>([
    ['nothing', null, 0, null, { transients: 0, noSpaces: 1, shortDeaths: 4 }],
    ['a spent limit', 'limit', 0, 'limit', { transients: 0, noSpaces: 1, shortDeaths: 3 }],
    ['refused credentials', 'auth', 0, 'auth', { transients: 0, noSpaces: 1, shortDeaths: 3 }],
    ['an overload', 'transient', 0, 'transient', { transients: 1, noSpaces: 1, shortDeaths: 4 }],
    ['an overload once more', 'transient', 1, null, { transients: 2, noSpaces: 1, shortDeaths: 4 }],
    ['a full disk', 'no-space', 0, null, { transients: 0, noSpaces: 2, shortDeaths: 4 }],
  ])('after %s', (_, kind, transients, excuse, streak) =>
    expect(dies({ trouble: kind === null ? null : trouble(kind) }, {}, WELL, transients)).toMatchObject({ excuse, streak }),
  );
});

const lines = (
  signals: readonly Signal[] = [],
  { bytes = 10, lines: count = signals.length, gap = null as string | null, attempt = 1 } = {},
) =>
  ({
    kind: 'log.read',
    run: run.id,
    seq: 9,
    at: AT,
    jitter: 0,
    attempt,
    path: '/log',
    bytes,
    lines: count,
    signals,
    cursor: CURSOR,
    gap,
  }) as const satisfies Observation;
const units = ({ gap = null as string | null, attempt = 1 } = {}) =>
  ({
    kind: 'journal.read',
    run: run.id,
    seq: 9,
    at: AT,
    jitter: 0,
    attempt,
    unit: 'a.service',
    bytes: 10,
    lines: 1,
    signals: [],
    cursor: 'c',
    gap,
  }) as const satisfies Observation;

describe('lines of a log', () => {
  const quiet = { lastActivity: ago(MINUTE), turnOver: ago(MINUTE), bytes: 5 };

  test('are activity, and are not read again', () => {
    const of = given(quiet, { cursors: { '/other': CURSOR }, journals: { 'b.service': 'b' } });
    const attempt = { ...of.attempt, bytes: 15, lastActivity: AT, turnOver: null };
    expect(evolveFromLog(of, lines())).toEqual({ run: { ...of, attempt, cursors: { '/other': CURSOR, '/log': CURSOR } }, note: null });
    expect(evolveFromLog(of, units())).toEqual({ run: { ...of, attempt, journals: { 'b.service': 'b', 'a.service': 'c' } }, note: null });
  });

  test.each<[string, ReturnType<typeof lines> | ReturnType<typeof units>, note: string | null]>([
    ['a file', lines([], { gap: '5 bytes are lost' }), 'a gap in /log: 5 bytes are lost'],
    ['a journal', units({ gap: 'it was vacuumed' }), 'a gap in the journal of a.service: it was vacuumed'],
    [
      'and a note beside it',
      lines([{ kind: 'todo', done: 1, total: 2 }], { gap: 'so' }),
      'a gap in /log: so; milestone in attempt 1: 1 of 2 todos done',
    ],
  ])('a gap in %s is noted', (_, seen, note) => expect(evolveFromLog(given(), seen).note).toBe(note));

  test.each<[string, Run]>([
    ['another attempt', given({ ...quiet, number: 2 })],
    ['no attempt', given(null)],
  ])('of %s: only how far it was read, and what is lost', (_, of) => {
    const cursors = { ...of.cursors, '/log': CURSOR };
    expect(evolveFromLog(of, lines([{ kind: 'done', text: 'so' }]))).toEqual({ run: { ...of, cursors }, note: null });
    expect(evolveFromLog(of, lines([], { gap: 'so' })).note).toBe('a gap in /log: so');
  });

  const RETRY: Signal = { kind: 'retrying', text: 'in 3 s' };
  test.each<[string, ReturnType<typeof lines>, isActivity: boolean, bytes: number]>([
    ['no bytes', lines([], { bytes: 0 }), false, 5],
    ['one that tries again', lines([RETRY]), false, 15],
    ['two of two', lines([RETRY, RETRY]), false, 15],
    ['one of two', lines([RETRY], { lines: 2 }), true, 15],
    ['half a line', lines([], { lines: 0 }), true, 15],
  ])('%s: activity %s', (_, seen, isActivity, bytes) => {
    const { attempt } = evolveFromLog(given(quiet), seen).run;
    expect(attempt).toMatchObject({ bytes, lastActivity: isActivity ? AT : quiet.lastActivity });
    expect(attempt?.turnOver).toEqual(bytes === 5 ? quiet.turnOver : null);
  });
});

describe('what the agent’s program says', () => {
  const says = (of: Run, ...signals: Signal[]) => evolveFromLog(of, lines(signals, { bytes: 0 }));
  const base = { ...run, cursors: { ...run.cursors, '/log': CURSOR } };
  const afterwards = (attempt: AttemptPatch, patch: Partial<Run> = {}): Run => ({
    ...base,
    attempt: attemptWith(first, attempt),
    ...patch,
  });
  const LIMIT = trouble('limit');
  const claim = { by: 'the agent', because: 'so', attempt: 1 };
  const proof = 'the log says that the job is done: all of it';
  const DONE: Signal = { kind: 'done', text: 'all of it' };
  const report = (kind: Exclude<Kind, 'limit'>, text = 'so'): Signal => ({ kind, text });

  test.each<[string, Run, Signal, Run, note: string | null]>([
    [
      'its session',
      given({}, { session: null }),
      { kind: 'session', id: 'ses_2' },
      afterwards({}, { session: 'ses_2' }),
      'the session is ses_2',
    ],
    ['that of a sub-agent', given(), { kind: 'session', id: 'ses_2' }, afterwards({}), null],
    [
      'a turn ended well',
      given({ turns: 2, trouble: LIMIT }),
      { kind: 'turn', well: true },
      afterwards({ turns: 3, lastTurn: 'well', turnOver: AT }),
      null,
    ],
    [
      'a turn ended badly',
      given({ turns: 2, trouble: LIMIT }),
      { kind: 'turn', well: false },
      afterwards({ turns: 3, lastTurn: 'badly', turnOver: AT, trouble: LIMIT }),
      null,
    ],
    ['a tool', given({ tools: 2, overflows: 3, turnOver: AT }), { kind: 'tool' }, afterwards({ tools: 3 }), null],
    ['a tool after a limit', given({ trouble: LIMIT }), { kind: 'tool' }, afterwards({ tools: 1 }), null],
    ['after an overload', given({ trouble: trouble('transient') }), { kind: 'tool' }, afterwards({ tools: 1 }), null],
    ['after refused credentials', given({ trouble: trouble('auth') }), { kind: 'tool' }, afterwards({ tools: 1 }), null],
    [
      'after a full disk: that stays',
      given({ trouble: trouble('no-space') }),
      { kind: 'tool' },
      afterwards({ tools: 1, trouble: trouble('no-space') }),
      null,
    ],
    [
      'as many todos as before',
      given({}, { marks: { ...run.marks, todos: 2 } }),
      { kind: 'todo', done: 2, total: 3 },
      afterwards({}, { marks: { ...run.marks, todos: 2 } }),
      null,
    ],
    ['done', given(), DONE, afterwards({}, { proof }), proof],
    ['done, and a claim is out', given({}, { claim }), DONE, afterwards({}, { claim }), null],
    ['done, as was known', given({}, { proof: 'so' }), DONE, afterwards({}, { proof: 'so' }), null],
    ['done, and it is over', given({}, { state: 'stopped' }), DONE, afterwards({}, { state: 'stopped' }), null],
    ['it tries again', given({ trouble: LIMIT }), { kind: 'retrying', text: 'so' }, afterwards({ trouble: LIMIT }), null],
    ['an error', given(), report('error'), afterwards({ trouble: { ...trouble('error'), at: AT } }), 'the agent reports (error): so'],
    ['an error after something better known', given({ trouble: LIMIT }), report('error'), afterwards({ trouble: LIMIT }), null],
    [
      'something known after an error',
      given({ trouble: trouble('error') }),
      report('auth'),
      afterwards({ trouble: { ...trouble('auth'), at: AT } }),
      'the agent reports (auth): so',
    ],
    ['the same again', given({ trouble: trouble('auth') }), report('auth'), afterwards({ trouble: { ...trouble('auth'), at: AT } }), null],
    [
      'in other words',
      given({ trouble: trouble('auth') }),
      report('auth', 'no'),
      afterwards({ trouble: { ...trouble('auth', 'no'), at: AT } }),
      'the agent reports (auth): no',
    ],
    [
      'the context is full, again',
      given({ overflows: 1 }),
      report('context'),
      afterwards({ overflows: 2, trouble: { ...trouble('context'), at: AT } }),
      'the agent reports (context): so',
    ],
  ])('%s', (_, of, signal, expected, note) => expect(says(of, signal)).toEqual({ run: expected, note }));

  test('a limit, with its reset', () =>
    expect(says(given(), limit({ resetsAtWall: 5, provenance: 'prose' })).run.attempt?.trouble).toMatchObject({
      kind: 'limit',
      resetsAtWall: 5,
    }));

  test('more todos are a milestone', () => {
    const { run: next, note } = says(given({}, { marks: { ...run.marks, todos: 1 } }), { kind: 'todo', done: 2, total: 3 });
    expect([next.marks.todos, next.milestone, note]).toEqual([
      2,
      { attempt: 1, at: AT, what: '2 of 3 todos done' },
      'milestone in attempt 1: 2 of 3 todos done',
    ]);
  });

  test('several things are noted one after the other', () =>
    expect(says(given(), report('auth'), { kind: 'todo', done: 1, total: 2 }).note).toBe(
      'the agent reports (auth): so; milestone in attempt 1: 1 of 2 todos done',
    ));
});

describe('a look at its processes', () => {
  const vitals = (patch: Partial<Vitals> = {}): Vitals => ({ cpuMs: 0, wroteWall: null, tool: null, ...patch });
  const looks = (of: Run, seen: Vitals, number = 1) => evolveFromSample(of, number, seen, AT);
  const IDLE = ago(10 * MINUTE);
  const TOOL = { key: 'k', name: 'bash', sinceMono: AT.mono - MINUTE };
  const window = (agoMs: number, cpuMs = 1000) => ({ cpuMs, at: ago(SECOND), windowCpuMs: 1000, windowAt: ago(agoMs), idle: false });
  const busyMs = 1000 + ACTIVE_CPU_SHARE * CPU_WINDOW_MS;

  test.each<[string, Run, number]>([
    ['another attempt', given(), 2],
    ['a dead one', given({ alive: false }), 1],
    ['none', given(null), 1],
  ])('of %s: nothing', (_, of, number) => expect(looks(of, vitals({ tool: TOOL }), number)).toBe(of));

  test('is remembered', () => {
    const tool = { key: 'k', name: 'bash', since: ago(MINUTE) };
    const of = given({ lastActivity: IDLE, tool, wroteWall: 7 });
    const cpu = { cpuMs: 3, at: AT, windowCpuMs: 3, windowAt: AT, idle: false };
    expect(looks(of, vitals({ cpuMs: 3, tool: TOOL }))).toEqual({ ...of, attempt: { ...of.attempt, tool, cpu, sampledAt: AT } });
    const sinceLater = { ...TOOL, sinceMono: AT.mono + MINUTE };
    expect(looks(of, vitals({ tool: sinceLater })).attempt?.tool?.since).toEqual({ mono: AT.mono + MINUTE, wall: AT.wall });
  });

  test.each<[string, AttemptPatch, Partial<Vitals>, isActivity: boolean]>([
    ['nothing', {}, {}, false],
    ['a tool began', {}, { tool: TOOL }, true],
    ['a tool ended', { tool: { key: 'k', name: 'bash', since: AT } }, {}, true],
    ['another tool', { tool: { key: 'j', name: 'bash', since: AT } }, { tool: TOOL }, true],
    ['the same tool', { tool: { key: 'k', name: 'bash', since: AT } }, { tool: TOOL }, false],
    ['it wrote for the first time that was seen', {}, { wroteWall: 7 }, false],
    ['it wrote again', { wroteWall: 6 }, { wroteWall: 7 }, true],
    ['it has not written again', { wroteWall: 7 }, { wroteWall: 7 }, false],
    ['nobody can tell', { wroteWall: 7 }, { wroteWall: null }, false],
    ['a busy window', { cpu: window(CPU_WINDOW_MS) }, { cpuMs: busyMs + 1 }, true],
    ['an idle one', { cpu: window(CPU_WINDOW_MS) }, { cpuMs: busyMs }, false],
    [
      'a busy one of its tool',
      { cpu: window(CPU_WINDOW_MS), tool: { key: 'k', name: 'bash', since: AT } },
      { cpuMs: 60_000, tool: TOOL },
      false,
    ],
    ['a busy window that is not over', { cpu: window(CPU_WINDOW_MS - 1) }, { cpuMs: 60_000 }, false],
  ])('%s: activity %s', (_, attempt, seen, isActivity) =>
    expect(looks(given({ lastActivity: IDLE, ...attempt }), vitals(seen)).attempt?.lastActivity).toEqual(isActivity ? AT : IDLE),
  );

  const fresh = (cpuMs: number, idle: boolean) => ({ cpuMs, at: AT, windowCpuMs: cpuMs, windowAt: AT, idle });
  const impatient = { spec: specWith({ policy: { idleMs: MINUTE } }) };
  test.each<[string, Attempt['cpu'], cpuMs: number, Attempt['cpu'], patch?: Partial<Run>]>([
    ['the first look begins one', null, 5, fresh(5, false)],
    ['a look in between goes on', window(30 * SECOND), 1500, { ...window(30 * SECOND), cpuMs: 1500, at: AT }],
    ['after a minute: idle', window(CPU_WINDOW_MS), 1500, fresh(1500, true)],
    ['after a minute: busy', window(CPU_WINDOW_MS), 9000, fresh(9000, false)],
    ['for the impatient, after half of their time', window(30 * SECOND), 1500, fresh(1500, true), impatient],
    ['not before', window(30 * SECOND - 1), 1500, { ...window(30 * SECOND - 1), cpuMs: 1500, at: AT }, impatient],
    ['a process has gone: anew', window(CPU_WINDOW_MS), 999, fresh(999, false)],
    ['as much as before', window(CPU_WINDOW_MS), 1000, fresh(1000, true)],
    ['nobody looked for a while: anew', { ...window(HOUR), at: ago(FRESH_SAMPLE_MS + 1) }, 1500, fresh(1500, false)],
    ['somebody looked in time', { ...window(HOUR), at: ago(FRESH_SAMPLE_MS) }, 1500, fresh(1500, true)],
  ])('its window: %s', (_, cpu, cpuMs, expected, patch = {}) =>
    expect(looks(given({ cpu, lastActivity: IDLE }, patch), vitals({ cpuMs })).attempt?.cpu).toEqual(expected),
  );

  test('the patience of these tables is longer than two windows', () => expect(POLICY.idleMs / 2).toBeGreaterThan(CPU_WINDOW_MS));
});
