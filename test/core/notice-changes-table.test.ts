import { describe, expect, test } from 'vitest';
import type { AccountHold } from '../../src/core/account/hold.ts';
import { decide } from '../../src/core/decide.ts';
import type { RunDecision } from '../../src/core/decision.ts';
import { decideHost } from '../../src/core/host/decide-host.ts';
import { NEW_HOST } from '../../src/core/host/state.ts';
import { type Cause, causeAt, type Escalated, isOfHost, key } from '../../src/core/model/cause.ts';
import type { Action, Observation } from '../../src/core/model/facts.ts';
import type { HostAction } from '../../src/core/model/host.ts';
import { NOT_FROM_INSIDE } from '../../src/core/model/inside.ts';
import type { Run } from '../../src/core/model/run.ts';
import { NO_STREAK, type Streak } from '../../src/core/model/streak.ts';
import { NO_CHANGES, noticesAfter } from '../../src/core/notice-changes.ts';
import { ack, acknowledged, clear, type Notice, type NoticeDraft, openNotice } from '../../src/core/notices/notice.ts';
import { noticeDraft } from '../../src/core/notices/wording.ts';
import { hostDecision, news, plus, START } from '../kit/core/notice-samples.ts';
import { holdOf } from '../kit/core/samples.ts';
import { HOUR, working } from '../kit/core/world.ts';

const { last } = working();
const ACCOUNT = last.run.spec.account;
const AT = plus(HOUR);
const ME = { id: 'upgrade-1', name: 'upgrade' };
const decision = (run: Partial<Run>, patch: Partial<RunDecision> = {}): RunDecision => ({
  ...last,
  observation: { ...last.observation, at: AT },
  run: { ...last.run, ...run },
  because: 'so',
  ...patch,
});
const changes = (notices: readonly Notice[], of: RunDecision, recovers = false) =>
  noticesAfter(notices, of, { noticeDraft: (action, run) => noticeDraft(action, run, []), recovers, waiting: () => [] });
const open = (cause: string, runs: NoticeDraft['runs'] = [ME]): Notice => openNotice(news({ cause, runs }), START);
const escalation = (cause: Escalated, to: 'operator' | 'supervisor' = 'operator'): Action => ({
  kind: 'escalate',
  id: `upgrade-1/9/${cause}`,
  run: 'upgrade-1',
  to,
  cause,
  because: `${cause}, in words`,
});
const short = ({ kept }: { kept: readonly Notice[] }) =>
  kept.map(({ cause, state, runs }) => `${cause} ${state} ${runs.map(({ name }) => name).join('+')}`);

describe('what nobody is needed for any more', () => {
  const blocked = open('blocked/upgrade-1');

  test.each<[Run['state'], told: Streak['notified'], isOver: boolean]>([
    ['escalated', [], false],
    ['handed-off', [], false],
    ['recovering', [], false],
    ['failed', [], false],
    ['working', [], true],
    ['working', ['blocked'], false],
    ['working', ['budget'], true],
    ['complete', ['blocked'], true],
    ['stopped', ['blocked'], true],
  ])('a run is %s, told of %s: over %s', (state, told, isOver) => {
    const over = `upgrade is ${state}: so`;
    expect(changes([blocked], decision({ state, streak: { ...NO_STREAK, notified: told } }))).toEqual({
      kept: isOver ? [clear(blocked, over, AT)] : [],
      dropped: [],
    });
  });

  test.each(['blocked/upgrade-11', 'blocked/other-1', `auth/${ACCOUNT}`, 'common-cause'])("another run's cause stays: %s", (cause) =>
    expect(changes([open(cause)], decision({ state: 'working' }))).toEqual(NO_CHANGES),
  );

  const hold = (patch: Partial<AccountHold>): AccountHold =>
    holdOf(ACCOUNT, AT, { limit: 'spend', isCap: true, untilWall: null, told: true, ...patch });
  const auth = hold({ kind: 'auth', limit: '', isCap: false });
  test.each<[string, string, RunDecision['holds'], isOver: boolean]>([
    ['its holds did not change', `auth/${ACCOUNT}`, null, false],
    ['nothing holds it', `auth/${ACCOUNT}`, [], true],
    ['the same holds it', `auth/${ACCOUNT}`, [auth], false],
    ['something else holds it', `auth/${ACCOUNT}`, [hold({})], true],
    ['a cap holds it', `limit spend/${ACCOUNT}`, [auth, hold({})], false],
    ['a limit that ends by itself', `limit spend/${ACCOUNT}`, [hold({ isCap: false })], true],
    ['another account', 'auth/claude/other', [], false],
    ['another kind of cause', `budget/${ACCOUNT}`, [], false],
  ])('of an account: %s', (_, cause, holds, isOver) => {
    const notice = open(cause);
    const after = changes([notice], decision({ state: 'escalated' }, { holds }));
    expect(after).toEqual({ kept: isOver ? [clear(notice, `${ACCOUNT} is no longer refused`, AT)] : [], dropped: [] });
  });
});

describe('what is escalated', () => {
  const tells = (notices: readonly Notice[], ...actions: readonly Action[]) =>
    changes(notices, decision({ state: 'escalated' }, { actions }));

  test('is opened, each for itself', () =>
    expect(short(tells([], escalation('blocked'), escalation('auth')))).toEqual([
      'blocked/upgrade-1 open upgrade',
      `auth/${ACCOUNT} open upgrade`,
    ]));

  test('beside what is over', () => {
    const of = decision({ state: 'working' }, { actions: [escalation('permission')] });
    expect(short(changes([open('blocked/upgrade-1')], of))).toEqual([
      'blocked/upgrade-1 cleared upgrade',
      'permission/upgrade-1 open upgrade',
    ]);
  });

  test('and over at once is another one', () => {
    const of = decision({ state: 'working' }, { actions: [escalation('blocked')] });
    expect(short(changes([open('blocked/upgrade-1')], of))).toEqual([
      'blocked/upgrade-1 cleared upgrade',
      'blocked/upgrade-1 open upgrade',
    ]);
  });

  test('twice in one decision is one, with what it was', () => {
    const other = open(`auth/${ACCOUNT}`, [{ id: 'other-1', name: 'other' }]);
    const after = tells([other], escalation('auth'), escalation('auth'));
    expect([short(after), after.kept[0]?.id]).toEqual([[`auth/${ACCOUNT} open other+upgrade`], other.id]);
  });

  test('to a supervisor that is expected is nothing for a person', () => {
    const of = decision({ state: 'handed-off' }, { actions: [escalation('budget', 'supervisor')] });
    expect([short(changes([], of, true)), short(changes([], of, false))]).toEqual([[], ['budget/upgrade-1 open upgrade']]);
    const both = decision({ state: 'handed-off' }, { actions: [escalation('budget', 'supervisor'), escalation('blocked')] });
    expect(short(changes([], both, true))).toEqual(['blocked/upgrade-1 open upgrade']);
  });

  test('nothing else is reported', () => {
    const resume: Action = { kind: 'end', id: 'upgrade-1/9', run: 'upgrade-1', attempt: 1, because: 'wedged' };
    expect(tells([], resume)).toEqual(NO_CHANGES);
  });

  const other = { id: 'other-1', name: 'other' };
  test.each<[string, known: Notice, cause: Escalated, expected: string]>([
    ['acknowledged, of the same run: told again', ack(open('blocked/upgrade-1'), START), 'blocked', 'blocked/upgrade-1 open upgrade'],
    [
      'acknowledged, of an account: told again, whoever it was',
      ack(open(`auth/${ACCOUNT}`, [other]), START),
      'auth',
      `auth/${ACCOUNT} open other+upgrade`,
    ],
  ])('%s', (_, known, cause, expected) => expect(short(tells([known], escalation(cause)))).toEqual([expected]));

  test('what was acknowledged of another cause stays so', () =>
    expect(short(tells([ack(open('permission/upgrade-1'), START)], escalation('blocked')))).toEqual(['blocked/upgrade-1 open upgrade']));
});

describe('the machine', () => {
  const told = (cause: string, isOver = false) =>
    ({ kind: 'tell', id: `host/9/${cause}`, cause: causeAt(cause), because: `${cause}, in words`, tried: [], isOver }) as const;
  const reclaim = {
    kind: 'reclaim',
    id: 'host/9',
    device: '1',
    path: '/',
    untilBytes: 1,
    untilInodes: 0,
    without: [],
    because: 'so',
  } as const;
  const waiting = (cause: Cause) => (key(cause) === 'disk /' ? [ME] : []);
  const context = { noticeDraft: () => news(), recovers: false, waiting };
  const saidOfHost = (notices: readonly Notice[], actions: readonly HostAction[]) =>
    noticesAfter(notices, hostDecision(actions, AT), context);

  test('notices in sequence', () => {
    const after = saidOfHost([], [told('disk /'), reclaim, told('common-cause'), told('disk /')]);
    expect(short(after)).toEqual(['common-cause open ', 'disk / open upgrade']);
    expect(saidOfHost([], [reclaim])).toEqual(NO_CHANGES);
  });

  test('what a person acknowledges, and what is refused from inside a run', () => {
    const [disk, ofRun] = [open('disk /', []), open('blocked/upgrade-1')];
    const seen = { seq: 9, at: AT, jitter: 0, request: 'r', notices: ['short of space'] };
    const rules = { marks: {} as never, mayAct: true, recovers: false };
    const asks = (more: object) => decideHost(NEW_HOST, { kind: 'host.acknowledged', ...seen, ...more }, rules);
    const accepted = asks({});
    expect(accepted).toMatchObject({ material: true, because: 'acknowledged: short of space', reply: { request: 'r', accepted: true } });
    expect(short(noticesAfter([disk, ofRun], accepted, context))).toEqual(['disk / acked ']);
    const inside = { of: 'attempt', run: 'upgrade-1', number: 1, refused: true };
    const refused = asks({ inside });
    expect(refused).toMatchObject({ material: false, reply: { accepted: false, message: NOT_FROM_INSIDE } });
    expect(noticesAfter([disk], refused, context)).toEqual(NO_CHANGES);
    expect(asks({ notices: [] }).reply?.message).toBe('there is nothing to acknowledge about this machine');
  });

  test('a run that a person acknowledges keeps its state, and its history says so', () => {
    const request: Observation = {
      ...{ kind: 'operator.requested', run: last.run.id, request: 'r', command: { kind: 'ack' }, notices: ['it needs a person'] },
      ...{ seq: 9, at: last.observation.at, jitter: 0 },
    };
    const made = decide({ ...last.run, streak: { ...last.run.streak, notified: ['blocked'] } }, request);
    expect(made).toMatchObject({
      material: true,
      from: last.run.state,
      reply: { accepted: true, message: 'acknowledged: it needs a person' },
    });
    expect(made.run.state).toBe(last.run.state);
    const mine = openNotice(news({ cause: `blocked/${last.run.id}`, runs: [{ id: last.run.id, name: 'upgrade' }] }), START);
    expect(short(noticesAfter([mine, open('disk /', [])], made, context))).toEqual([`blocked/${last.run.id} acked upgrade`]);
  });

  test('what is over, and reported again at once', () => {
    const known = open('disk /', []);
    const after = saidOfHost([known, open('common-cause', [])], [told('disk /', true), told('disk /')]);
    expect(short(after)).toEqual(['disk / cleared ', 'disk / open upgrade']);
    expect(after.kept[0]).toEqual(clear(known, 'disk /, in words', AT));
  });

  test.each<[string, boolean]>([
    ['common-cause', true],
    ['disk /', true],
    ['disk /srv', true],
    ['blocked/upgrade-1', false],
    ['diskless/upgrade-1', false],
  ])('%s is a cause of it: %s', (cause, expected) => expect(isOfHost(causeAt(cause))).toBe(expected));

  test('its open notices can be acknowledged, and no others', () => {
    const [disk, acked, blocked] = [open('disk /'), ack(open('disk /b'), START), open('blocked/upgrade-1')];
    expect(acknowledged([disk, acked, blocked], null, AT)).toEqual([ack(disk, AT)]);
  });
});

test.each<[Escalated, readonly string[]]>([
  ['blocked', ['dogwatch explain upgrade', 'dogwatch resume upgrade --prompt "…"', 'dogwatch ack upgrade']],
  ['permission', ['dogwatch explain upgrade', 'dogwatch resume upgrade --prompt "…"', 'dogwatch ack upgrade']],
  ['auth', ['dogwatch explain upgrade', 'dogwatch resume upgrade', 'dogwatch ack upgrade']],
  ['limit spend', ['dogwatch explain upgrade', 'dogwatch resume upgrade', 'dogwatch ack upgrade']],
  ['recovery', ['dogwatch logs upgrade --recovery', 'dogwatch resume upgrade', 'dogwatch ack upgrade']],
  ['poison', ['dogwatch history upgrade', 'dogwatch doctor', 'dogwatch ack upgrade']],
  ['budget', ['dogwatch logs upgrade', 'dogwatch resume upgrade', 'dogwatch ack upgrade']],
])('what to type next after %s', (cause, commands) =>
  expect(noticeDraft(escalation(cause) as Parameters<typeof noticeDraft>[0], last.run, []).commands).toEqual(commands),
);
