import { describe, expect, test } from 'vitest';
import { settled } from '../../../src/core/evolve/outcome.ts';
import type { Outcome } from '../../../src/core/model/facts.ts';
import type { Attempt, Run } from '../../../src/core/model/run.ts';
import { NO_STREAK } from '../../../src/core/model/streak.ts';
import { type AttemptPatch, attemptOf, attemptWith, CURSOR } from '../../kit/core/samples.ts';
import { HOUR, POLICY, process, specWith, working } from '../../kit/core/world.ts';

const story = working();
const { run: lives } = story;
const AT = story.after(HOUR).now;
const first = attemptOf(lives);

const resuming = (mode: Attempt['mode'] = 'resume', patch: Partial<Run> = {}): Run => ({
  ...lives,
  attempt: attemptWith(first, { alive: false }),
  pending: { id: 'a', kind: 'resume', attempt: 2, mode, at: AT },
  tried: 2,
  charged: [1, 2],
  resumes: 2,
  due: { at: AT, because: 'so' },
  ...patch,
});
const ending = (attempt: AttemptPatch = {}): Run => ({
  ...lives,
  attempt: attemptWith(first, { endingBecause: 'wedged', ...attempt }),
  pending: { id: 'a', kind: 'end', attempt: 1, at: AT },
  charged: [1],
  resumes: 1,
});
const update = (run: Run, outcome: Outcome, action = 'a') =>
  settled(run, { kind: 'action.settled', run: run.id, action, outcome, seq: 9, at: AT, jitter: 0 });
const STARTED: Outcome = { kind: 'started', attempt: 2, shim: process(20), agent: process(21) };

describe('an attempt that was started', () => {
  test('is the run’s attempt, and nothing of the one before it is left', () => {
    const before = resuming('resume', {
      spec: specWith({ logs: ['/watched'] }),
      cursors: { '/watched': CURSOR, '/of-attempt-1': CURSOR },
      streak: { ...NO_STREAK, startFailures: 2 },
      excuse: 'boot',
      refusal: 'tests fail',
      operatorPrompt: 'be quick',
    });
    const { run, note } = update(before, STARTED);
    expect(note).toBe('attempt 2 started');
    expect(run.attempt).toMatchObject({ number: 2, mode: 'resume', shim: process(20), agent: process(21), alive: true, startedAt: AT });
    expect(run).toEqual({
      ...before,
      attempt: run.attempt,
      pending: null,
      cursors: { '/watched': CURSOR },
      due: null,
      streak: NO_STREAK,
      excuse: null,
      refusal: null,
      operatorPrompt: null,
    });
  });

  test('what was found before it is noted', () =>
    expect(update(resuming(), { ...STARTED, before: 'a lock was left' }).note).toBe('attempt 2 started; a lock was left'));

  test.each<[string, Partial<Run>, noops: number]>([
    ['a session', { session: 'ses_1', streak: { ...NO_STREAK, noops: 3, freshStarts: 1 } }, 0],
    ['none', { session: null, streak: { ...NO_STREAK, noops: 3, freshStarts: 1 } }, 3],
  ])('afresh: it gives up %s', (_, patch, noops) =>
    expect(update(resuming('fresh', patch), STARTED).run).toMatchObject({
      session: null,
      streak: { noops, freshStarts: 2 },
      gaveUpSession: true,
      attempt: { mode: 'fresh' },
    }),
  );
});

describe('an action that was not done', () => {
  test('a start that failed: again after a growing pause', () => {
    const before = resuming('fresh', { streak: { ...NO_STREAK, startFailures: 1, shortDeaths: 2 }, excuse: 'boot', session: 'ses_1' });
    const note = 'attempt 2 could not be started: ENOENT';
    const at = { wall: AT.wall + 2 * POLICY.backoffMinMs, mono: AT.mono + 2 * POLICY.backoffMinMs };
    expect(update(before, { kind: 'start-failed', attempt: 2, because: 'ENOENT' })).toMatchObject({
      run: {
        ...before,
        pending: null,
        streak: { ...NO_STREAK, startFailures: 2, shortDeaths: 3, repeated: expect.objectContaining({ count: 1 }) },
        startProblem: 'ENOENT',
        excuse: null,
        due: { at, because: note },
      },
      note,
    });
  });

  test.each<[string, Run, Partial<Run>]>([
    ['a resume costs nothing', resuming(), { charged: [1], resumes: 1 }],
    ['nor one that was not charged', resuming('resume', { charged: [], resumes: 0 }), { charged: [], resumes: 0 }],
    ['an end has ended nothing', ending(), { attempt: first }],
    ['nor what was dead', ending({ alive: false }), {}],
  ])('abandoned: %s', (_, before, after) =>
    expect(update(before, { kind: 'abandoned', because: 'so' })).toEqual({
      run: { ...before, pending: null, due: null, ...after },
      note: 'an action was abandoned: so',
    }),
  );

  test('abandoned, without an attempt', () =>
    expect(update(resuming('start', { attempt: null }), { kind: 'abandoned', because: 'so' }).run).toMatchObject({
      attempt: null,
      resumes: 1,
    }));

  test.each<[string, Run, Partial<Run>]>([
    ['an end', ending(), {}],
    ['of what has to go before a resume', resuming(), { charged: [1], resumes: 1 }],
  ])('it cannot be ended: %s', (_, before, after) => {
    const note = "attempt 1 can't be ended: EPERM";
    expect(update(before, { kind: 'end-failed', attempt: 1, because: 'EPERM' })).toEqual({
      run: { ...before, pending: null, blocked: note, ...after },
      note,
    });
  });
});

describe('nothing was started, for a reason that a person has to see to', () => {
  const OUTCOME = { kind: 'not-started', attempt: 2, isOccupied: false, because: 'its environment is gone' } as const;
  const note = 'attempt 2 was not started: its environment is gone';

  test.each<[string, Run, Outcome, Partial<Run>]>([
    ['it costs nothing', resuming(), OUTCOME, { charged: [1], resumes: 1 }],
    ['the excuse stays', resuming('resume', { excuse: 'boot' }), OUTCOME, { charged: [1], resumes: 1 }],
    [
      'processes live: they have to be ended',
      resuming(),
      { ...OUTCOME, isOccupied: true },
      { charged: [1], resumes: 1, attempt: attemptWith(first, { alive: false, survivors: 'agent' }) },
    ],
    ['the first start', resuming('start', { attempt: null }), { ...OUTCOME, isOccupied: true }, { charged: [1], resumes: 1 }],
  ])('%s', (_, before, outcome, after) =>
    expect(update(before, outcome)).toEqual({ run: { ...before, pending: null, due: null, blocked: note, ...after }, note }),
  );
});

describe('an attempt that was ended', () => {
  const ENDED: Outcome = { kind: 'ended', attempt: 1, because: 'SIGTERM' };
  const note = 'attempt 1 is gone: SIGTERM';

  test('alive: it is dead', () => {
    const { run, note: said } = update(ending(), ENDED);
    expect(run.attempt).toMatchObject({ alive: false, survivors: 'none', endedAt: AT, exit: null });
    expect([run.pending, said]).toEqual([null, note]);
  });

  test('dead before, with tools left: they are gone', () => {
    const before = ending({ alive: false, survivors: 'tools' });
    const attempt = { ...before.attempt, survivors: 'none' };
    expect(update(before, ENDED)).toEqual({ run: { ...before, pending: null, attempt }, note });
  });

  test.each<[string, Run]>([
    ['another attempt', ending({ number: 7 })],
    ['none', { ...ending(), attempt: null }],
  ])('by now there is %s: nothing', (_, before) =>
    expect(update(before, ENDED)).toEqual({ run: { ...before, pending: null }, note: null }),
  );

  test('an outcome of that while another kind of action was in flight is believed', () =>
    expect(update(resuming(), { ...STARTED, attempt: 3 }).run.attempt?.number).toBe(3));
});

describe('nothing but that it is settled', () => {
  test.each<[string, Outcome]>([
    ['a recovery that nobody asked for started', { kind: 'recovery-started', shim: process(9) }],
    ['failed', { kind: 'recovery-failed', because: 'so' }],
    ['ended', { kind: 'recovery-ended', refused: null, because: 'so' }],
    ['did not end', { kind: 'recovery-end-failed', because: 'so' }],
    ['an escalation is delivered', { kind: 'delivered' }],
  ])('%s', (_, outcome) => expect(update(ending(), outcome)).toEqual({ run: { ...ending(), pending: null }, note: null }));

  test.each<[string, Run, action: string]>([
    ['another action', resuming(), 'b'],
    ['none is in flight', lives, 'a'],
  ])('%s: nothing at all', (_, run, action) => {
    const after = update(run, STARTED, action);
    expect([after.run === run, after.note]).toEqual([true, null]);
  });
});

test('an attempt that was started by an action that is not a resume has the mode of a first start', () =>
  expect(update(ending(), STARTED).run.attempt?.mode).toBe('start'));
