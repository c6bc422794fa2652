import { describe, expect, test } from 'vitest';
import type { AccountHold } from '../../../src/core/account/hold.ts';
import type { Outcome } from '../../../src/core/model/facts.ts';
import type { Recovery, Refused, Said } from '../../../src/core/model/recovery.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { NO_STREAK } from '../../../src/core/model/streak.ts';
import { asker, recoverAsked, recoveryExited, recoveryOver, recoverySettled, recoverySpoke } from '../../../src/core/recovery/lifecycle.ts';
import { limit } from '../../kit/core/fleet.ts';
import { attemptWith, holdOf } from '../../kit/core/samples.ts';
import { DAY, HOUR, MENDER, process, working } from '../../kit/core/world.ts';

const story = working();
story.exits(1);
const AT = story.after(HOUR).now;
const attempt = story.run.attempt;
const handedOff: Run = { ...story.run, state: 'handed-off', because: 'the budget is spent', pending: null, due: null, tried: 4 };
const given = (patch: Partial<Run> = {}): Run => ({ ...handedOff, ...patch });

describe('a supervisor that asks', () => {
  const asks = (of: Run, { most = 3, holds = [] as readonly AccountHold[] } = {}) =>
    recoverAsked(of, { ...MENDER, most }, AT, { holds, windows: [] });
  const because = { because: 'so', at: AT };
  const alive = attempt && attemptWith(attempt, { alive: true });

  test('gets a recovery agent', () => {
    const of = given({ recoveries: { tried: 5, sinceMilestone: 1, begun: [AT.wall - HOUR] } });
    const spec = { ...MENDER, most: 3 };
    expect(asks(of)).toEqual({
      run: {
        ...of,
        attendedAt: AT,
        recoveries: { tried: 6, sinceMilestone: 2, begun: [AT.wall - HOUR, AT.wall] },
        recovery: {
          number: 6,
          spec,
          phase: 'wanted',
          startedAt: AT,
          because: 'the budget is spent',
          shim: null,
          over: null,
          next: 'judge',
          stuck: null,
          from: 5,
        },
      },
      note: 'recovery agent 6 was requested by the supervisor',
    });
  });

  test.each<[string, Run, refused: string]>([
    ['it is not handed off', given({ state: 'escalated', because: 'so' }), 'it is escalated: so'],
    ['something is in flight', given({ pending: { id: 'a', kind: 'end', attempt: 1, at: AT } }), 'it is handed-off: the budget is spent'],
    ['it is paused', given({ paused: because }), 'it is paused: so'],
    ['it is observed only', given({ hostEnabled: false }), 'DOGWATCH_ENABLED=0: dogwatch only observes, nothing was started'],
    ['it lives', given({ attempt: alive }), 'a process of its last attempt is still running'],
  ])('in vain: %s', (_, of, refused) => expect(asks(of)).toEqual({ run: of, note: null, refused }));

  const begun = (...agoMs: readonly number[]) => agoMs.map((ago) => AT.wall - ago);
  test.each<[string, sinceMilestone: number, begun: readonly number[], left: readonly number[] | null]>([
    ['none yet', 0, [], []],
    ['two since the last milestone', 2, [], []],
    ['three', 3, [], null],
    ['three within a day', 0, begun(DAY - 1, HOUR, 0), null],
    ['the first a day ago', 0, begun(DAY, HOUR, 0), begun(HOUR, 0)],
    ['one by a clock that was set back since', 0, begun(-1, HOUR, 0), begun(HOUR, 0)],
  ])('so often at most: %s', (_, sinceMilestone, before, left) => {
    const { run, note } = asks(given({ recoveries: { tried: 3, sinceMilestone, begun: before } }));
    expect(run.attendedAt).toEqual(AT);
    if (left !== null) expect(run.recoveries).toEqual({ tried: 4, sinceMilestone: sinceMilestone + 1, begun: [...left, AT.wall] });
    else {
      const today = before.length;
      const words = `${sinceMilestone} recoveries since the last milestone, ${today} in a day (DOGWATCH_MAX_RECOVERIES=3)`;
      expect([run.recovery, run.blocked, note]).toEqual([null, words, words]);
    }
  });

  const hold = (patch: Partial<AccountHold>): AccountHold => holdOf(MENDER.account, AT, patch);
  test.each<[string, Partial<AccountHold>, blocked: string | null, refused: string | null]>([
    ['for a while', {}, null, 'no recovery agent is started while its account is held: the weekly limit of '],
    ['with no end', { kind: 'auth', limit: '', untilWall: null }, 'no recovery agent can work: the credentials of ', null],
    ['for another model', { model: { name: 'opus' } }, null, null],
  ])('its account is held %s', (_, patch, blocked, refused) => {
    const { run, refused: why = null } = asks(handedOff, { holds: [hold(patch)] });
    expect(run.attendedAt).toEqual(AT);
    expect([run.recovery === null, run.blocked, why]).toEqual([
      blocked !== null || refused !== null,
      blocked === null ? null : expect.stringContaining(blocked),
      refused === null ? null : expect.stringContaining(refused),
    ]);
  });

  test('as the account of its recovery agent knows a run: by attempt 0, of that account and model', () => {
    const spec = { ...MENDER, model: 'opus' };
    const of = given({ excuse: 'operator' });
    expect(asker(of, spec)).toEqual({
      ...of,
      spec: { ...of.spec, account: MENDER.account, model: 'opus' },
      attempt: { ...attempt, number: 0 },
      excuse: null,
    });
    expect(asker(given({ attempt: null }), spec).attempt).toBeNull();
  });
});

const recovery = (patch: Partial<Recovery> = {}): Recovery => ({
  number: 3,
  spec: MENDER,
  phase: 'at-work',
  startedAt: AT,
  because: 'the budget is spent',
  shim: process(9),
  over: null,
  next: 'judge',
  stuck: null,
  from: 5,
  ...patch,
});
const mending = (patch: Partial<Recovery> = {}, of: Partial<Run> = {}): Run =>
  given({ state: 'recovering', recovery: recovery(patch), recoveries: { tried: 3, sinceMilestone: 2, begun: [1, 2] }, ...of });
const base = { run: handedOff.id, seq: 9, at: AT, jitter: 0 } as const;

describe('the reason why a recovery agent ends', () => {
  test.each<[string, Run, next: Recovery['next'], after: Partial<Recovery>]>([
    ['the first counts', mending({ stuck: 'EPERM' }), 'again', { over: 'so', next: 'again', stuck: null }],
    ['another does not', mending({ over: 'first', next: 'judge', stuck: 'EPERM' }), 'again', { over: 'first', next: 'judge', stuck: null }],
    ['the operator’s does', mending({ over: 'first', next: 'judge' }), 'operator', { over: 'so', next: 'operator' }],
    ['before it is started', mending({ phase: 'wanted' }), 'again', { over: 'so', next: 'again' }],
  ])('%s', (_, of, next, after) => expect(recoveryOver(of, 'so', next)).toEqual({ ...of, recovery: { ...of.recovery, ...after } }));

  test.each([mending({ phase: 'over' }), mending({ phase: 'trial' }), handedOff])('of none that works: nothing (%#)', (of) =>
    expect(recoveryOver(of, 'so', 'operator')).toBe(of),
  );
});

describe('a recovery agent', () => {
  const speaks = (of: Run, says: Said, { because = 'so', number = 3, genuine = true } = {}) =>
    recoverySpoke(of, { ...base, kind: 'recovery.spoke', request: 'r', recovery: number, genuine, says, because });
  const over = (of: Run, words: string, next: Recovery['next']) => ({ ...of, recovery: { ...of.recovery, over: words, next } });
  const of = mending();
  const proof = 'recovery agent 3 says that the job is done: so';

  test('hands the run back', () => {
    const words = 'recovery agent 3 hands the run back: so';
    expect(speaks(of, 'resume')).toEqual({ run: { ...over(of, words, 'hand-back'), operatorPrompt: 'so' }, note: words });
    const silent = 'recovery agent 3 hands the run back';
    expect(speaks(of, 'resume', { because: '' })).toEqual({
      run: { ...over(of, silent, 'hand-back'), operatorPrompt: null },
      note: silent,
    });
  });

  test('says that the job is done', () => {
    expect(speaks(of, 'done')).toEqual({ run: { ...of, proof }, note: proof });
    const checked = mending({}, { spec: { ...of.spec, done: { ...of.spec.done, check: 'make test' as never } } });
    const claim = (by: Run) => speaks(by, 'done').run.claim;
    expect([claim(checked), claim({ ...checked, attempt: null })]).toEqual([
      { by: 'recovery agent 3', because: 'so', attempt: 1 },
      { by: 'recovery agent 3', because: 'so', attempt: 0 },
    ]);
  });

  test('needs a person', () => {
    const words = 'recovery agent 3 needs a person: so';
    expect(speaks(of, 'blocked')).toEqual({ run: over(of, words, 'judge'), note: words });
  });

  test.each<[string, Run, { number?: number; genuine?: boolean }]>([
    ['without its key', of, { genuine: false }],
    ['of another number', of, { number: 2 }],
    ['after its end', mending({ phase: 'trial' }), {}],
    ['that there is not', handedOff, {}],
  ])('%s is not believed', (_, by, how) => {
    const refused = 'it does not come from a living recovery agent of this run';
    const who = `recovery agent ${how.number ?? 3}`;
    expect(speaks(by, 'done', how)).toEqual({ run: by, note: `\`dogwatch done\` of ${who} is not believed: ${refused}`, refused });
  });

  test('that is being ended has said all', () => {
    const ending = mending({ over: 'its time is up' });
    expect(speaks(ending, 'done')).toEqual({ run: ending, note: null, refused: 'recovery agent 3 is being ended: its time is up' });
  });

  test('that dies without a word did not mend it', () => {
    const words = 'recovery agent 3 ended without handing the run back';
    const dies = (by: Run, number = 3) => recoveryExited(by, { ...base, kind: 'recovery.exited', recovery: number });
    expect(dies(of)).toEqual({ run: over(of, words, 'judge'), note: words });
    for (const by of [handedOff, mending({ phase: 'over' }), mending({ over: 'so' })]) expect(dies(by)).toEqual({ run: by, note: null });
    expect(dies(of, 2)).toEqual({ run: of, note: null });
  });
});

describe('the outcome of its start or its end', () => {
  const settles = (of: Run, outcome: Outcome) => recoverySettled(of, outcome, AT);
  const ENDED = { kind: 'recovery-ended', refused: null, because: 'SIGTERM' } as const;
  const gone = (refused: Refused | null) => ({ ...ENDED, refused });
  const wanted = mending({ phase: 'wanted', shim: null });
  const uncounted = { tried: 3, sinceMilestone: 1, begun: [1] };
  const again = (because: string, patch: Partial<Run> = {}): Partial<Run> => ({
    recovery: null,
    state: 'handed-off',
    because,
    since: AT,
    attendedAt: AT,
    ...patch,
  });
  const LIMIT = limit({ text: 'spent' });
  const CAP = limit({ text: 'spent', isCap: true });
  const AUTH: Refused = { kind: 'auth', text: 'no key' };
  const FOR_A_PERSON: Partial<Run> = { state: 'escalated', because: 'a person is needed' };
  const ended = (next: Recovery['next'], patch: Partial<Run> = {}) => mending({ over: 'so', next }, patch);
  const overWith = (words: string, next: Recovery['next'] = 'judge') => ({ recovery: recovery({ over: words, next, phase: 'over' }) });
  const failed = 'recovery agent 3 could not be started: ENOENT';
  const abandoned = 'an action was abandoned: so';

  test.each<[string, Run, Outcome, Partial<Run>, note: string | null]>([
    [
      'it is running',
      wanted,
      { kind: 'recovery-started', shim: process(7) },
      { recovery: recovery({ shim: process(7) }) },
      'recovery agent 3 is running',
    ],
    [
      'it could not be started',
      wanted,
      { kind: 'recovery-failed', because: 'ENOENT' },
      { recovery: recovery({ phase: 'over', shim: null, over: failed }) },
      failed,
    ],
    [
      'it cannot be ended',
      ended('judge'),
      { kind: 'recovery-end-failed', because: 'EPERM' },
      { recovery: recovery({ over: 'so', stuck: "recovery agent 3 can't be ended: EPERM" }) },
      "recovery agent 3 can't be ended: EPERM",
    ],
    ['gone', ended('judge'), ENDED, overWith('so'), 'recovery agent 3 is gone: SIGTERM'],
    ['gone, nobody knows why', mending(), ENDED, overWith(''), 'recovery agent 3 is gone: SIGTERM'],
    [
      'gone, refused for good',
      ended('judge'),
      gone(AUTH),
      overWith('so; it was refused: no key'),
      'recovery agent 3 is gone: SIGTERM; it was refused: no key',
    ],
    [
      'gone, by a cap',
      ended('judge'),
      gone(CAP),
      overWith('so; it was refused: spent'),
      'recovery agent 3 is gone: SIGTERM; it was refused: spent',
    ],
    [
      'gone, by a limit: it does not count',
      ended('judge'),
      gone(LIMIT),
      again('the budget is spent; so; it was refused: spent', { recoveries: uncounted }),
      'recovery agent 3 is gone: SIGTERM; it was refused: spent',
    ],
    [
      'gone, by a limit, and a person was asked meanwhile: still for that person',
      ended('judge', FOR_A_PERSON),
      gone(LIMIT),
      { recovery: null, recoveries: uncounted },
      'recovery agent 3 is gone: SIGTERM; it was refused: spent',
    ],
    ['gone, once more', ended('again'), ENDED, again('the budget is spent; so'), 'recovery agent 3 is gone: SIGTERM'],
    [
      'gone, for the operator',
      ended('operator'),
      gone(LIMIT),
      { recovery: null, state: 'waiting', since: AT },
      'recovery agent 3 is gone: SIGTERM; it was refused: spent',
    ],
    [
      'gone, and the run is stopped',
      ended('again', { stopping: { because: 'so', at: AT } }),
      ENDED,
      { recovery: null },
      'recovery agent 3 is gone: SIGTERM',
    ],
    ['gone, and the job is done', ended('again', { proof: 'so' }), ENDED, { recovery: null }, 'recovery agent 3 is gone: SIGTERM'],
    [
      'its start is abandoned: it does not count',
      wanted,
      { kind: 'abandoned', because: 'so' },
      again(`the budget is spent; ${abandoned}`, { recoveries: uncounted }),
      abandoned,
    ],
    [
      'its start is abandoned, and a person was asked meanwhile: still for that person',
      mending({ phase: 'wanted' }, FOR_A_PERSON),
      { kind: 'abandoned', because: 'so' },
      { recovery: null, recoveries: uncounted },
      abandoned,
    ],
    [
      'the first of all',
      mending({ phase: 'wanted' }, { recoveries: { tried: 3, sinceMilestone: 0, begun: [] } }),
      { kind: 'abandoned', because: 'so' },
      again(`the budget is spent; ${abandoned}`, { recoveries: { tried: 3, sinceMilestone: 0, begun: [] } }),
      abandoned,
    ],
    ['its end is abandoned', ended('judge'), { kind: 'abandoned', because: 'so' }, {}, abandoned],
    ['something else', ended('judge'), { kind: 'delivered' }, {}, null],
  ])('%s', (_, of, outcome, patch, note) => expect(settles(of, outcome)).toEqual({ run: { ...of, ...patch }, note }));

  test('of one that there is not: nothing', () => expect(settles(handedOff, ENDED)).toEqual({ run: handedOff, note: null }));

  test.each<[string, Run['attempt'], evidence: number]>([
    ['with an attempt', attempt, 0],
    ['without one', null, -1],
  ])('its turn was given back: the run is on trial (%s)', (_, of, evidence) => {
    const kept = { freshStarts: 1, refusals: 1, notified: ['budget' as const] };
    const worn = { transients: 1, noops: 1, shortDeaths: 1, startFailures: 1, overlongTool: 't', noSpaces: 1 };
    const before = ended('hand-back', {
      streak: { ...NO_STREAK, ...kept, ...worn },
      attempt: of,
      asked: { check: AT, evidence: AT, session: AT },
      answered: { check: 1, evidence: 1, session: 1 },
    });
    expect(settles(before, ENDED).run).toEqual({
      ...before,
      recovery: recovery({ over: 'so', next: 'hand-back', phase: 'trial' }),
      state: 'waiting',
      since: AT,
      streak: { ...NO_STREAK, ...kept },
      excuse: 'recovery',
      due: { at: AT, because: 'so' },
      asked: { check: AT, evidence: null, session: AT },
      answered: { check: 1, evidence, session: 1 },
    });
  });
});
