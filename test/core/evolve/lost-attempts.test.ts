import { describe, expect, test } from 'vitest';
import { attemptsFound } from '../../../src/core/evolve/lost-attempts.ts';
import type { AttemptsFound } from '../../../src/core/model/attempts-found.ts';
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
});
