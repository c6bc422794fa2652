import { describe, expect, test } from 'vitest';
import { attemptsFound } from '../../../src/core/evolve/lost-attempts.ts';
import type { AttemptsFound, Rest } from '../../../src/core/model/attempts-found.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { attemptOf, attemptWith } from '../../kit/core/samples.ts';
import { HOUR, process, specWith, working } from '../../kit/core/world.ts';

const story = working();
const AT = story.after(HOUR).now;
const { run: lives } = story;
const dead: Run = {
  ...lives,
  attempt: attemptWith(attemptOf(lives), { alive: false }),
  tried: 2,
  charged: [2],
  due: { at: AT, because: 'so' },
};

const FOUND: AttemptsFound = {
  kind: 'attempts.found',
  run: lives.id,
  highest: 14,
  shim: process(40),
  agent: process(41),
  alive: false,
  exit: { code: 1, signal: null, outOfMemory: false },
  startedMono: AT.mono - 1000,
};
const update = (run: Run, patch: Partial<AttemptsFound> = {}) => attemptsFound(run, { ...FOUND, ...patch, seq: 9, at: AT, jitter: 0 });

describe('attempts that the state had lost', () => {
  test.each([2, 1, 0])('%i is known: nothing', (highest) => expect(update(dead, { highest })).toEqual({ run: dead, note: null }));

  test('numbers go on after the highest, and nothing is charged', () => {
    const { run, note, notice } = update(dead);
    expect(run).toMatchObject({
      tried: 14,
      charged: [2],
      resumes: dead.resumes,
      due: null,
      shot: null,
      excuse: 'lost',
      streak: { notified: ['lost'] },
    });
    expect(run.attempt).toMatchObject({ number: 14, alive: false, exit: FOUND.exit, endedAt: AT, survivors: 'tools' });
    expect(note).toContain('attempts 3 to 14');
    expect(notice).toEqual({ cause: 'lost', because: note });
  });

  test('one that lives is adopted since it began', () =>
    expect(update(dead, { alive: true, exit: null }).run.attempt).toMatchObject({
      number: 14,
      alive: true,
      endedAt: null,
      shim: process(40),
      startedAt: { mono: AT.mono - 1000, wall: AT.wall - 1000 },
    }));

  test('a start that was decided of an older number is void, and costs nothing; an end is not', () => {
    const resuming: Run = { ...dead, pending: { id: 'a', kind: 'resume', attempt: 2, mode: 'resume', at: AT } };
    const ending: Run = { ...dead, pending: { id: 'a', kind: 'end', attempt: 2, at: AT } };
    expect(update(resuming).run).toMatchObject({ pending: null, charged: [] });
    expect(update(ending).run).toMatchObject({ pending: ending.pending, charged: [2] });
  });

  test('no attempt was known', () =>
    expect(update({ ...dead, attempt: null, tried: 0 }, { highest: 1, startedMono: null }).run.attempt).toMatchObject({
      number: 1,
      mode: 'start',
      startedAt: AT,
    }));

  test('one attempt is said as one', () => expect(update(dead, { highest: 3 }).note).toContain('had lost attempt 3 of this run'));

  test('a start that is void is the only one that costs nothing', () => {
    const resuming: Run = { ...dead, charged: [1, 2], pending: { id: 'a', kind: 'resume', attempt: 2, mode: 'resume', at: AT } };
    expect(update(resuming).run.charged).toEqual([1]);
  });

  test('of a run that is over only the number is taken over', () => {
    const over: Run = { ...dead, state: 'stopped' };
    const { run, notice } = update(over);
    expect([run, notice]).toEqual([{ ...over, tried: 14 }, undefined]);
  });

  test.each<[string, Partial<AttemptsFound>, proof: boolean]>([
    ['status 0: it is done', { exit: { code: 0, signal: null, outOfMemory: false } }, true],
    ['another status', {}, false],
    ['none', { exit: null }, false],
  ])('where its exit status is the sign of done, %s', (_, patch, isDone) => {
    const run = { ...dead, spec: specWith({ done: { exit: true } }) };
    expect(update(run, patch).run.proof !== null).toBe(isDone);
  });

  test('an exit status is no sign of done otherwise, nor while something lives', () => {
    const well = { exit: { code: 0, signal: null, outOfMemory: false } };
    expect(update(dead, well).run.proof).toBe(null);
    expect(update({ ...dead, spec: specWith({ done: { exit: true } }) }, { ...well, alive: true }).run.proof).toBe(null);
  });

  test('a proof by exit status is said beside what was lost', () => {
    const run = { ...dead, spec: specWith({ done: { exit: true } }) };
    const { note } = update(run, { exit: { code: 0, signal: null, outOfMemory: false } });
    expect(note).toMatch(
      /^the state had lost attempts 3 to 14 of this run: .+; exit status 0 says that the job is done: the command says that it is finished$/,
    );
  });
});

describe('a run that rested, according to its files, when the state had it active', () => {
  const NOTHING_LOST = { highest: dead.tried };
  test.each<[Rest, words: string, Partial<Run>]>([
    ['complete', 'it was complete', { proof: expect.any(String) }],
    ['stopped', 'it was stopped', { stopping: { because: expect.any(String), at: AT } }],
    ['failed', 'it had failed', { stopping: { because: expect.any(String), at: AT } }],
    ['paused', 'the operator had paused it', { paused: { because: expect.any(String), at: AT } }],
    ['escalated', 'it needed a person', { blocked: expect.any(String) }],
    ['handed-off', 'it was handed off', { blocked: expect.any(String) }],
  ])('%s: rests again, and a person is notified', (rest, words, becomes) => {
    const { run, note, notice } = update(dead, { ...NOTHING_LOST, rest });
    const because = `${words}, according to its files: the state is an older copy, or was damaged`;
    expect(run).toEqual({ ...dead, ...becomes, streak: { ...dead.streak, notified: ['lost'] } });
    expect([note, notice]).toEqual([because, { cause: 'lost', because }]);
    expect(JSON.stringify(run)).toContain(because);
  });

  test('both are said, in one notice, where attempts were lost as well', () => {
    const { note, notice, run } = update(dead, { rest: 'paused' });
    expect(note).toMatch(/^the state had lost attempts 3 to 14 .+; the operator had paused it/);
    expect(notice?.because).toMatch(/^the state had lost attempts 3 to 14/);
    expect([run.tried, run.paused !== null]).toEqual([14, true]);
  });

  test.each<[string, Partial<Run>]>([
    ['is over', { state: 'stopped' }],
    ['rests for another reason', { paused: { because: 'later', at: AT } }],
  ])('that %s in the state as well is left as it is', (_, patch) => {
    const run = { ...dead, ...patch };
    expect(update(run, { ...NOTHING_LOST, rest: 'escalated' })).toEqual({ run, note: null });
  });
});
