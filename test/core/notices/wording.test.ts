import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { causeAt, causeOf, type Escalated, isOfHost, key, RUN_TROUBLES } from '../../../src/core/model/cause.ts';
import type { Action } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { NO_STREAK } from '../../../src/core/model/streak.ts';
import { hostNoticeDraft, noticeDraft } from '../../../src/core/notices/wording.ts';
import { newRun } from '../../../src/core/run/new-run.ts';
import { START } from '../../kit/core/notice-samples.ts';
import { specWith } from '../../kit/core/world.ts';

function runNamed(name: string, changes: Partial<Run> = {}): Run {
  const registered = {
    kind: 'run.registered',
    run: `${name}.1`,
    request: 'r',
    generation: 1,
    spec: specWith({ name }),
    foreign: null,
  } as const;
  return { ...newRun({ ...registered, seq: 1, at: START, jitter: 0 }, true), ...changes };
}

const escalation = (cause: Escalated, run = 'upgrade.1'): Action & { kind: 'escalate' } => ({
  kind: 'escalate',
  id: `${run}/7`,
  run,
  to: 'operator',
  cause,
  because: `because of ${cause}`,
});

describe('the cause', () => {
  const ACCOUNT = 'opencode/openai/0123456789ab';

  test.each<[Escalated, text: string]>([
    ['auth', `auth/${ACCOUNT}`],
    ['limit spend', `limit spend/${ACCOUNT}`],
    ['limit five_hour of openai/gpt-6', `limit five_hour of openai/gpt-6/${ACCOUNT}`],
  ])('%s is one for all runs of an account', (escalated, text) => {
    const cause = causeOf(escalated, { id: 'upgrade.1', spec: { account: ACCOUNT } });
    expect(cause).toEqual(causeOf(escalated, { id: 'docs.1', spec: { account: ACCOUNT } }));
    expect(cause).toEqual({ about: 'account', hold: escalated, account: ACCOUNT });
    expect([key(cause), causeAt(text)]).toEqual([text, cause]);
  });

  test.each(RUN_TROUBLES)('%s is one for each run', (trouble) => {
    const mine = causeOf(trouble, runNamed('upgrade'));
    expect(mine).toEqual({ about: 'run', trouble, run: 'upgrade.1' });
    expect([key(mine), causeAt(`${trouble}/upgrade.1`)]).toEqual([`${trouble}/upgrade.1`, mine]);
  });

  test('each question of a run is one', () => {
    const mine = causeOf('question 2', runNamed('upgrade'));
    expect(mine).toEqual({ about: 'run', trouble: 'question', question: 2, run: 'upgrade.1' });
    expect([key(mine), causeAt('question 2/upgrade.1')]).toEqual(['question 2/upgrade.1', mine]);
  });

  test.each([
    ['common-cause', { about: 'outbreak' }, true],
    ['disk /srv/a b', { about: 'disk', path: '/srv/a b', isReadOnly: false }, true],
    ['disk /srv read-only', { about: 'disk', path: '/srv', isReadOnly: true }, true],
    ['something new/upgrade.1', { about: 'unknown', key: 'something new/upgrade.1' }, false],
    ['budget', { about: 'unknown', key: 'budget' }, false],
    ['', { about: 'unknown', key: '' }, false],
  ])('the key %s is of the machine: %s', (text, cause, ofHost) => {
    expect(causeAt(text)).toEqual(cause);
    expect(isOfHost(causeAt(text))).toBe(ofHost);
  });

  test('any text is the key of one cause', () => {
    const word = fc.constantFrom(
      'disk ',
      'disk',
      ' read-only',
      'auth',
      'limit ',
      '/',
      'budget',
      'question',
      'question 2',
      '0',
      'common-cause',
      'a',
      'of ',
      ' ',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 7 }).map((words) => words.join('')),
    );
    fc.assert(fc.property(text, (any) => key(causeAt(any)) === any));
  });
});

test('it says what was tried, and what to type', () => {
  const attempt = { number: 7, alive: false, exit: { code: 1, signal: null } } as unknown as Run['attempt'];
  const milestone = { attempt: 4, at: START, what: 'a new commit' };
  const run = runNamed('upgrade', { resumes: 6, charged: [5, 6], streak: { ...NO_STREAK, freshStarts: 1 }, attempt, milestone });
  expect(noticeDraft(escalation('budget'), run, ['the end'])).toEqual({
    cause: causeAt('budget/upgrade.1'),
    runs: [{ id: 'upgrade.1', name: 'upgrade' }],
    subject: 'resuming it no longer helps',
    sentence: 'because of budget',
    tried: [
      '6 resumes, 2 of 20 since the last milestone',
      '1 fresh session',
      'attempt 7 ended with status 1',
      'last milestone, in attempt 4: a new commit',
    ],
    lastLines: ['the end'],
    commands: ['dogwatch logs upgrade', 'dogwatch resume upgrade', 'dogwatch ack upgrade'],
  });
  expect(noticeDraft(escalation('budget'), runNamed('upgrade'), []).tried).toEqual([]);
});

test.each<Escalated>(['auth', 'limit spend', 'question 2', ...RUN_TROUBLES])(
  '%s has two or three commands, the last of them the acknowledgement',
  (cause) => {
    const { commands, subject } = noticeDraft(escalation(cause), runNamed('upgrade'), []);
    expect([2, 3]).toContain(commands.length);
    expect(commands.at(-1)).toBe('dogwatch ack upgrade');
    expect(subject).not.toBe('');
  },
);

test.each([
  ['two words', "dogwatch ack 'two words'"],
  ["it's; rm -rf ~", "dogwatch ack 'it'\\''s; rm -rf ~'"],
  ['-rf', "dogwatch ack '-rf'"],
])('a name as a shell reads it back: %s', (name, command) => {
  expect(noticeDraft(escalation('blocked'), runNamed(name), []).commands.at(-1)).toBe(command);
});

test('a shortage of the machine is reported with what was tried and the runs that wait', () => {
  const tell = {
    kind: 'tell',
    id: 'host/9/8:1',
    cause: { about: 'disk', path: '/', isReadOnly: false },
    because: '/ is under pressure',
    tried: ['docker images: freed 0 B'],
    isOver: false,
  } as const;
  const runs = [{ id: 'upgrade.1', name: 'upgrade' }];
  expect(hostNoticeDraft(tell, runs)).toMatchObject({ cause: tell.cause, runs, sentence: '/ is under pressure', tried: tell.tried });
  expect(hostNoticeDraft(tell, runs).commands).toEqual(['df -h', 'dogwatch status', 'dogwatch ack --host']);
  expect(hostNoticeDraft({ ...tell, cause: { about: 'outbreak' } }, []).commands).toEqual([
    'dmesg --ctime | tail',
    'dogwatch status',
    'dogwatch ack --host',
  ]);
});
