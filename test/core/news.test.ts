import { describe, expect, test } from 'vitest';
import { bornRun } from '../../src/core/born.ts';
import { causeOf, isCauseOf, newsOf, newsOfHost } from '../../src/core/news.ts';
import type { Run } from '../../src/core/run.ts';
import type { Action } from '../../src/core/types.ts';
import { START } from './notice-samples.ts';
import { specWith } from './world.ts';

function runNamed(name: string, changes: Partial<Run> = {}): Run {
  const registered = {
    kind: 'run.registered',
    run: `${name}.1`,
    request: 'r',
    generation: 1,
    spec: specWith({ name }),
    foreign: null,
  } as const;
  return { ...bornRun({ ...registered, seq: 1, at: START, jitter: 0 }, true), ...changes };
}

const escalation = (cause: string, run = 'upgrade.1'): Action & { kind: 'escalate' } => ({
  kind: 'escalate',
  id: `${run}/7`,
  run,
  to: 'operator',
  cause,
  because: `because of ${cause}`,
});

describe('the cause', () => {
  test.each(['auth', 'limit spend', 'common-cause'])('%s is one for all runs of an account', (cause) => {
    expect(causeOf(escalation(cause), runNamed('upgrade'))).toBe(causeOf(escalation(cause, 'docs.1'), runNamed('docs')));
    expect(isCauseOf(causeOf(escalation(cause), runNamed('upgrade')), { id: 'upgrade.1' })).toBe(false);
  });

  test.each(['blocked', 'permission', 'failed', 'budget', 'overlong-tool', 'poison'])('%s is one for each run', (cause) => {
    const mine = causeOf(escalation(cause), runNamed('upgrade'));
    expect(mine).not.toBe(causeOf(escalation(cause, 'docs.1'), runNamed('docs')));
    expect([isCauseOf(mine, { id: 'upgrade.1' }), isCauseOf(mine, { id: 'grade.1' }), isCauseOf(mine, { id: 'upgrade.2' })]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

test('it says what was tried, and what to type', () => {
  const attempt = { number: 7, alive: false, exit: { code: 1, signal: null } } as unknown as Run['attempt'];
  const milestone = { attempt: 4, at: START, what: 'a new commit' };
  const run = runNamed('upgrade', { resumes: 6, charged: [5, 6], freshStarts: 1, attempt, milestone });
  expect(newsOf(escalation('budget'), run, ['the end'])).toEqual({
    cause: 'budget/upgrade.1',
    runs: [{ id: 'upgrade.1', name: 'upgrade' }],
    subject: 'resuming it does not help any more',
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
  expect(newsOf(escalation('budget'), runNamed('upgrade'), []).tried).toEqual([]);
});

test.each(['auth', 'limit spend', 'blocked', 'permission', 'failed', 'budget', 'overlong-tool', 'poison', 'common-cause', 'something new'])(
  '%s has two or three commands, the last of them the acknowledgement',
  (cause) => {
    const { commands, subject } = newsOf(escalation(cause), runNamed('upgrade'), []);
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
  expect(newsOf(escalation('blocked'), runNamed(name), []).commands.at(-1)).toBe(command);
});

test('what the machine lacks is told with what was tried, and the runs that wait', () => {
  const tell = {
    kind: 'tell',
    id: 'host/9/8:1',
    cause: 'disk /',
    because: '/ is under pressure',
    tried: ['docker images: freed 0 B'],
    isOver: false,
  } as const;
  const runs = [{ id: 'upgrade.1', name: 'upgrade' }];
  expect(newsOfHost(tell, runs)).toMatchObject({ cause: 'disk /', runs, sentence: '/ is under pressure', tried: tell.tried });
  expect(newsOfHost(tell, runs).commands).toEqual(['df -h', 'dogwatch status', 'dogwatch ack --host']);
  expect(newsOfHost({ ...tell, cause: 'common-cause' }, []).commands).toEqual([
    'dmesg --ctime | tail',
    'dogwatch status',
    'dogwatch ack --host',
  ]);
});
