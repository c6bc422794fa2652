import { describe, expect, test } from 'vitest';
import type { AccountHold } from '../../../src/core/account/hold.ts';
import { asNotified, evolveAccount, unnotified, withoutRun, withProbe } from '../../../src/core/account/ledger.ts';
import type { Limit, Observation, Signal } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { limit } from '../../kit/core/fleet.ts';
import { type AttemptPatch, attemptOf, CURSOR, having, holdOf } from '../../kit/core/samples.ts';
import { DAY, HOUR, MINUTE, POLICY, SECOND, working } from '../../kit/core/world.ts';

const story = working();
const { run } = story;
const AT = story.after(HOUR).now;
const ACCOUNT = run.spec.account;
const ME = { run: run.id, attempt: attemptOf(run).number };
const OTHER = { run: 'other-1', attempt: 1 };

const trying = (attempt: AttemptPatch, patch: Partial<Run> = {}): Run => having(run, attempt, patch);

const hold = (patch: Partial<AccountHold> = {}): AccountHold => holdOf(ACCOUNT, AT, patch);
const AUTH = { kind: 'auth', limit: '', untilWall: null } as const;

const base = { run: run.id, seq: 9, at: AT, jitter: 0 } as const;
const read = (signals: readonly Signal[], attempt = ME.attempt): Observation => ({
  ...base,
  kind: 'log.read',
  attempt,
  path: '/log',
  bytes: 1,
  lines: 1,
  signals,
  cursor: CURSOR,
  gap: null,
});
const journal = (signals: readonly Signal[], attempt = ME.attempt): Observation => ({
  ...base,
  kind: 'journal.read',
  attempt,
  unit: 'job.service',
  bytes: 1,
  lines: 1,
  signals,
  cursor: 'c',
  gap: null,
});
const claims = (patch: object = {}): Observation => ({
  ...base,
  kind: 'agent.claimed',
  request: 'r',
  attempt: ME.attempt,
  genuine: true,
  claim: 'progress',
  because: 'one done',
  ...patch,
});
const TICK: Observation = { ...base, kind: 'tick' };
const TOOL: Signal = { kind: 'tool' };
const works = `the weekly limit of ${ACCOUNT} is over: the agent works again`;

describe('what shows that an account is no longer refused', () => {
  const mine = hold({ reporter: ME });
  test.each<[string, Observation, Run, readonly AccountHold[], left: number, notes: readonly string[]]>([
    ['a tool of the one that reported it', read([TOOL]), run, [mine], 0, [works]],
    ['of the one that goes first', read([TOOL]), run, [hold({ probe: ME })], 0, [works]],
    ['in a journal', journal([TOOL]), run, [mine], 0, [works]],
    ['a turn that ended well', read([{ kind: 'turn', well: true }]), run, [mine], 0, [works]],
    ['a turn that ended badly: nothing', read([{ kind: 'turn', well: false }]), run, [mine], 1, []],
    ['words: nothing', read([{ kind: 'retrying', text: 'in 3 s' }]), run, [mine], 1, []],
    ['of another attempt: nothing', read([TOOL], 7), run, [mine], 1, []],
    ['of another attempt, in a journal: nothing', journal([TOOL], 7), run, [mine], 1, []],
    ['of a run without an attempt: nothing', read([TOOL]), { ...run, attempt: null }, [mine], 1, []],
    ['of a run that has neither reported nor tried it: nothing', read([TOOL]), run, [hold()], 1, []],
    ['of its attempt before: nothing', read([TOOL]), run, [hold({ reporter: { ...ME, attempt: 7 } })], 1, []],
    [
      'two are over',
      read([TOOL]),
      run,
      [mine, hold(), hold({ ...AUTH, probe: ME })],
      1,
      [works, `the credentials of ${ACCOUNT} are accepted: the agent works again`],
    ],
    ['what the agent says with its own key', claims(), run, [mine], 0, [works]],
    ['without it: nothing', claims({ genuine: false }), run, [mine], 1, []],
    ['by another attempt: nothing', claims({ attempt: 7 }), run, [mine], 1, []],
    ['by a run without an attempt: nothing', claims(), { ...run, attempt: null }, [mine], 1, []],
    ['time: nothing', TICK, run, [mine], 1, []],
  ])('%s', (_, seen, of, holds, left, notes) => {
    const ledger = evolveAccount(holds, of, seen);
    expect(ledger.holds).toHaveLength(left);
    expect(ledger.notes).toEqual(notes);
    if (left === holds.length) expect(ledger.holds).toBe(holds);
  });
});

describe('the one that goes first, where its log says nothing', () => {
  const probe = hold({ probe: ME });
  const over = [`the weekly limit of ${ACCOUNT} is over: it is no longer refused`];
  const TROUBLE = { kind: 'limit', text: 'spent', resetsAtWall: null, at: AT } as const;
  const worked = (ms: number, patch: AttemptPatch = {}): AttemptPatch => ({
    startedAt: AT,
    lastActivity: { wall: AT.wall + ms, mono: AT.mono + ms },
    ...patch,
  });
  const dead = (patch: AttemptPatch): AttemptPatch => ({ ...worked(0), alive: false, endedAt: AT, bytes: 1, ...patch });
  const well = { code: 0, signal: null, outOfMemory: false };

  test.each<[string, Run, 'over' | 'open' | 'the next']>([
    ['works for a while', trying(worked(POLICY.promptAfterMs + 1)), 'over'],
    ['not long enough yet', trying(worked(POLICY.promptAfterMs)), 'open'],
    ['works, and is refused', trying(worked(HOUR, { trouble: TROUBLE })), 'open'],
    ['showed nothing yet', trying({ lastActivity: null }), 'open'],
    ['ended well', trying(dead({ exit: well })), 'over'],
    ['ended well, and said nothing', trying(dead({ exit: well, bytes: 0 })), 'the next'],
    ['ended badly', trying(dead({ exit: { ...well, code: 1 } })), 'the next'],
    ['ended, nobody knows how', trying(dead({ exit: null })), 'the next'],
    ['refused, and ended well', trying(dead({ exit: well, trouble: TROUBLE })), 'the next'],
    ['lives, and ended well once', trying({ exit: well, bytes: 1 }), 'open'],
    ['is over, and lives', trying({}, { state: 'stopped' }), 'the next'],
    ['waits for a person, and lives', trying({}, { state: 'escalated' }), 'the next'],
    ['another attempt lives', trying({ number: 2 }), 'the next'],
    ['another attempt ended well', trying(dead({ number: 2, exit: well })), 'the next'],
    ['is about to start', { ...run, attempt: null, pending: { id: 'a', kind: 'resume', attempt: 1, mode: 'resume', at: AT } }, 'open'],
    [
      'another is about to start',
      { ...run, attempt: null, pending: { id: 'a', kind: 'resume', attempt: 2, mode: 'resume', at: AT } },
      'the next',
    ],
    ['is ended, and was dead', trying(dead({}), { pending: { id: 'a', kind: 'end', attempt: 1, at: AT } }), 'the next'],
    ['has no attempt at all', { ...run, attempt: null }, 'the next'],
  ])('%s: %s', (_, of, what) => {
    const beside = [hold({ limit: 'daily' }), hold({ limit: 'hourly', probe: OTHER })];
    const after = evolveAccount([...beside, probe], of, TICK);
    if (what === 'over') expect(after).toEqual({ holds: beside, notes: over });
    else expect(after).toEqual({ holds: [...beside, what === 'open' ? probe : hold()], notes: [] });
  });

  test('one of two holds was tried by an attempt before: both are settled by this one', () => {
    const before = hold({ limit: 'daily', probe: { ...ME, attempt: 7 } });
    expect(evolveAccount([before, probe], trying(worked(HOUR)), TICK)).toEqual({ holds: [before], notes: over });
  });
});

describe('a refusal', () => {
  const at = (signal: Signal, jitter = 0): Observation => ({ ...read([signal]), jitter });
  const stated = (ms: number, provenance: 'assumed' | 'prose' | 'structured' = 'prose') =>
    limit({ name: 'weekly', resetsAtWall: AT.wall + ms, provenance });
  const update = (holds: readonly AccountHold[], signal: Signal, of = run, jitter = 0) => evolveAccount(holds, of, at(signal, jitter));
  const until = (holds: readonly AccountHold[], signal: Signal, jitter = 0) =>
    update(holds, signal, run, jitter).holds.map(({ untilWall }) => (untilWall === null ? null : untilWall - AT.wall));
  const { limitSlackMs, limitCeilingMs, probeMinMs, probeMaxMs } = POLICY;

  test('is a hold of its account', () => {
    const signal = stated(HOUR);
    const { holds, notes } = update([], signal);
    const untilWall = AT.wall + HOUR + limitSlackMs;
    expect(holds).toEqual([hold({ text: signal.text, resetsAtWall: AT.wall + HOUR, provenance: 'prose', untilWall, reporter: ME })]);
    expect(notes).toEqual([expect.stringContaining('the weekly limit')]);
    expect(update([], { kind: 'auth', text: 'no key' }).holds).toEqual([hold({ ...AUTH, text: 'no key', reporter: ME })]);
  });

  test.each<[string, readonly AccountHold[], Limit, readonly number[], jitter?: number]>([
    ['a reset: with slack', [], stated(HOUR), [HOUR + limitSlackMs]],
    ['with more slack by chance', [], stated(HOUR), [HOUR + limitSlackMs * 2.5], 1],
    ['a reset that has passed', [], stated(-HOUR), [limitSlackMs]],
    ['as far ahead as any', [], stated(limitCeilingMs), [limitCeilingMs + limitSlackMs]],
    ['further than any', [], stated(limitCeilingMs + 1), [probeMinMs]],
    ['no reset: tried now and then', [], limit({ name: 'weekly' }), [probeMinMs]],
    ['a little later by chance', [], limit({ name: 'weekly' }), [probeMinMs * 1.2], 1],
    ['refused once more: twice as long', [hold({ probe: ME })], limit({ name: 'weekly' }), [2 * probeMinMs]],
    ['refused often: the longest', [hold({ probe: ME, refusals: 60 })], limit({ name: 'weekly' }), [probeMaxMs]],
    ['believed a second time', [hold({ probe: ME })], stated(DAY), [DAY + limitSlackMs]],
    ['and not a third', [hold({ probe: ME, refusals: 1 })], stated(DAY), [4 * probeMinMs]],
    ['another limit', [hold({ limit: 'daily' })], limit({ name: 'weekly' }), [HOUR, probeMinMs]],
    ['of a model, and one of all', [hold()], limit({ name: 'weekly', ofModel: true }), [HOUR, probeMinMs]],
    ['of this model', [hold({ model: { name: null } })], limit({ name: 'weekly', ofModel: true }), [HOUR]],
    ['credentials, and a limit without a name', [hold(AUTH)], limit({ name: '' }), [null as never, probeMinMs]],
  ])('%s', (_, holds, signal, ends, jitter = 0) => expect(until(holds, signal, jitter)).toEqual(ends));

  test.each([
    ['in words, cut to the minute', HOUR, 'prose', HOUR + MINUTE],
    ['in words, of a zone that was assumed', HOUR, 'assumed', HOUR + MINUTE],
    ['in words, to the second', HOUR + SECOND, 'prose', HOUR + 2 * SECOND],
    ['in an event', HOUR, 'structured', HOUR + SECOND],
    ['in words, of the minute that has just begun', 0, 'prose', MINUTE],
    ['in words, long ago', -HOUR, 'prose', SECOND],
  ] as const)('a reset %s: with a slack of a second it is over when it can be', (_, resetsIn, provenance, expected) => {
    const quick = { ...run, spec: { ...run.spec, policy: { ...POLICY, limitSlackMs: SECOND } } };
    expect(update([], stated(resetsIn, provenance), quick).holds.map(({ untilWall }) => (untilWall ?? 0) - AT.wall)).toEqual([expected]);
  });

  test.each<[string, known: Partial<AccountHold>, Limit, isNew: boolean]>([
    ['without a time', {}, limit({ name: 'weekly' }), false],
    ['an assumed time is better than none', {}, stated(DAY, 'assumed'), true],
    ['words are better than an assumption', { provenance: 'assumed' }, stated(DAY), true],
    ['an event is better than words', { provenance: 'prose' }, stated(DAY, 'structured'), true],
    ['the same words', { provenance: 'prose' }, stated(DAY), false],
    ['words are no better than an event', { provenance: 'structured' }, stated(DAY), false],
    ['once the hold has ended', { provenance: 'structured', untilWall: AT.wall }, stated(DAY), true],
    ['just before', { provenance: 'structured', untilWall: AT.wall + 1 }, stated(DAY), false],
    ['what no clock ends', { provenance: 'structured', untilWall: null }, stated(DAY), false],
    ['by the one that goes first', { provenance: 'structured', probe: ME }, stated(DAY), true],
    ['by another than that', { provenance: 'structured', probe: OTHER }, stated(DAY), false],
  ])('again, by one that lives on: %s', (_, known, signal, isNew) => {
    const before = hold({ told: true, credentials: 'c', since: { wall: 1, mono: 1 }, ...known });
    const { holds, notes } = update([before], signal);
    if (!isNew) expect([holds, notes]).toEqual([[before], []]);
    else {
      const isAgain = before.probe === ME || before.untilWall === AT.wall;
      const probe = before.probe === ME ? null : before.probe;
      const stays = { since: before.since, told: true, credentials: 'c', refusals: isAgain ? 1 : 0, probe };
      expect(holds).toEqual([expect.objectContaining({ ...stays, reporter: ME, untilWall: AT.wall + DAY + limitSlackMs })]);
      expect(notes).toHaveLength(1);
    }
  });

  test.each<[string, Partial<AccountHold>, told: boolean]>([
    ['credentials that were changed: a person hears that it did not help', { ...AUTH, untilWall: AT.wall }, false],
    ['credentials that were not: told before', { ...AUTH, probe: ME }, true],
  ])('of %s', (_, known, told) =>
    expect(update([hold({ told: true, ...known })], { kind: 'auth', text: 'no key' }).holds).toMatchObject([{ told, refusals: 1 }]),
  );

  test('of a limit that has ended: a person was notified already', () =>
    expect(update([hold({ told: true, untilWall: AT.wall - 1 })], stated(HOUR)).holds).toMatchObject([{ told: true }]));
});

describe('credentials', () => {
  const seen = (fingerprint: string): Observation => ({ ...base, kind: 'credentials.seen', fingerprint });
  const changed = `the credentials of ${ACCOUNT} changed: one run tries them`;
  test.each<[string, readonly AccountHold[], readonly AccountHold[], readonly string[]]>([
    ['for the first time', [hold(AUTH)], [hold({ ...AUTH, credentials: 'new' })], []],
    ['as they were', [hold({ ...AUTH, credentials: 'new' })], [hold({ ...AUTH, credentials: 'new' })], []],
    ['changed', [hold({ ...AUTH, credentials: 'old' })], [hold({ ...AUTH, credentials: 'new', untilWall: AT.wall })], [changed]],
    ['are nothing to a limit', [hold({ credentials: 'old' })], [hold({ credentials: 'old' })], []],
    [
      'changed, of two',
      [hold({ ...AUTH, credentials: 'old' }), hold({ ...AUTH, text: 'b' })],
      [hold({ ...AUTH, credentials: 'new', untilWall: AT.wall }), hold({ ...AUTH, text: 'b', credentials: 'new' })],
      [changed],
    ],
  ])('%s', (_, holds, after, notes) => expect(evolveAccount(holds, run, seen('new'))).toEqual({ holds: after, notes }));
});

describe('which run probes, and who was notified', () => {
  const ofModel = hold({ limit: 'opus', model: { name: 'opus' } });
  const mine = hold({ probe: ME });
  const byMe = hold({ limit: 'daily', reporter: ME });
  const others = hold({ limit: 'hourly', probe: OTHER });

  test('a run goes first for all that holds it', () =>
    expect(withProbe([hold(), others, ofModel], run, 4)).toEqual([
      hold({ probe: { ...ME, attempt: 4 } }),
      hold({ limit: 'hourly', probe: { ...ME, attempt: 4 } }),
      ofModel,
    ]));

  test.each<[Run['state'], readonly AccountHold[]]>([
    ['complete', [others]],
    ['stopped', [hold(), byMe, others]],
    ['failed', [hold(), byMe, others]],
  ])('a run that is %s', (state, left) => expect(withoutRun([mine, byMe, others], { ...run, state })).toEqual(left));

  test('a run that nothing waits for changes nothing', () => {
    const holds = [others];
    expect(withoutRun(holds, { ...run, state: 'stopped' })).toBe(holds);
    expect(withoutRun(holds, { ...run, state: 'complete' })).toBe(holds);
  });

  test('a person is notified once of what no clock ends', () => {
    const [auth, cap] = [hold(AUTH), hold({ isCap: true })];
    const holds = [auth, cap, hold({ limit: 'daily' }), hold({ ...AUTH, told: true }), { ...ofModel, isCap: true }];
    expect(unnotified(run, holds)).toEqual([auth, cap]);
    expect(unnotified(run, asNotified(holds, [auth, cap]))).toEqual([]);
    expect(asNotified(holds, [auth])).toEqual([{ ...auth, told: true }, ...holds.slice(1)]);
  });
});
