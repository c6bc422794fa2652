import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import type { RunDecision } from '../../src/core/decision.ts';
import type { Run } from '../../src/core/model/run.ts';
import { SECOND, Story, type Told, working, worksAndExits } from '../kit/core/world.ts';

const STRANGE_LOG = { kind: 'log.read', attempt: 1, path: '/log', bytes: 1, signals: null, cursor: null, gap: null } as unknown as Told;
const STRANGE_REQUEST = { kind: 'operator.requested', request: 'strange', command: null } as unknown as Told;
const ENDED = { kind: 'ended', attempt: 1, because: 'so' } as const;

/** Decides what it cannot make sense of, after this long. */
const strangely = (story: Story, told: Told): RunDecision => story.after(SECOND).tell(told);

const escalated = (story: Story): Story => {
  strangely(story, STRANGE_LOG);
  return story;
};

const resuming = (): Story => {
  const story = working();
  worksAndExits(story);
  story.gathered();
  return story;
};

const complete = (): Story => {
  const story = working();
  story.claims('done', 'all of it');
  return story;
};

describe('what cannot be made sense of', () => {
  test('is an escalation of its run, and nothing else', () => {
    const story = resuming();
    const { run } = story;
    const { observation, because, given, ...decision } = strangely(story, STRANGE_LOG);
    expect(because).toMatch(/^dogwatch could not make sense of log\.read: .*null/);
    const id = `upgrade-1/${observation.seq}`;
    expect(decision).toEqual({
      kind: 'run',
      events: [],
      spent: [],
      from: run.state,
      run: { ...run, state: 'escalated', because, since: story.now, due: null },
      material: true,
      actions: [{ kind: 'escalate', id, run: 'upgrade-1', to: 'operator', cause: 'poison', because }],
      questions: [],
      reply: null,
      holds: null,
      windows: null,
      recoveryHolds: null,
      wake: null,
    });
  });

  test('of a request is sent to its sender', () => {
    const { reply, because } = strangely(working(), STRANGE_REQUEST);
    expect(reply).toEqual({ request: 'strange', accepted: false, message: because });
    expect(because).toContain('operator.requested');
  });

  test.each<[string, () => Story]>([
    ['a second time', () => escalated(resuming())],
    ['of a run that is over', complete],
  ])('%s: nothing changes, and nothing is kept', (_, given) => {
    const story = given();
    const { run } = story;
    expect(strangely(story, STRANGE_LOG)).toMatchObject({ run, from: run.state, material: false, actions: [], questions: [], reply: null });
  });

  test('a second time, of a request: it is answered, and kept', () => {
    const story = escalated(working());
    const { run } = story;
    expect(strangely(story, STRANGE_REQUEST)).toMatchObject({ run, material: true, actions: [], reply: { accepted: false } });
  });

  /** A run about which nothing can be decided. */
  const strange = (run: Run): Run => ({ ...run, spec: null as never });
  const settledAction = (run: Run, action: string): RunDecision =>
    decide(strange(run), { kind: 'action.settled', action, outcome: ENDED, run: run.id, seq: 99, at: run.since, jitter: 0 });

  test.each([
    ['resuming', resuming],
    ['resuming, and escalated before', () => escalated(resuming())],
  ])('the outcome of its action settles that all the same, of another does not: %s', (_, given) => {
    const { run } = given();
    expect(run.pending).not.toBeNull();
    const isNew = run.state !== 'escalated';
    expect(settledAction(run, run.pending?.id ?? '')).toMatchObject({ run: { state: 'escalated', pending: null }, material: true });
    expect(settledAction(run, 'another')).toMatchObject({ run: { state: 'escalated', pending: run.pending }, material: isNew });
  });

  test('an outcome while no action is in flight', () => {
    const { run } = working();
    expect(run.pending).toBeNull();
    expect(settledAction(run, 'another').run).toMatchObject({ state: 'escalated', pending: null });
  });
});

describe('the answer to a request', () => {
  test.each<[string, () => RunDecision, accepted: boolean, message: string]>([
    ['what was made of it', () => working().operator({ kind: 'pause', because: 'so' }), true, 'paused by the operator: so'],
    [
      'and what the run waits for',
      () => noRoom().operator({ kind: 'resume', prompt: null }),
      true,
      'resume requested by the operator; the budget is reset; the disk is full',
    ],
    [
      'but not what it does',
      () => waiting().operator({ kind: 'resume', prompt: null }),
      true,
      'resume requested by the operator; the budget is reset',
    ],
    [
      'nothing was new in it: how the run is',
      () => complete().claims('done', 'again'),
      true,
      'the agent says that the job is done: all of it',
    ],
    ['it cannot be followed: why', () => complete().operator({ kind: 'pause', because: 'so' }), false, ''],
  ])('%s', (_, asked, accepted, message) => {
    const { reply } = asked();
    expect(reply).toEqual({ request: expect.any(String), accepted, message: message === '' ? expect.any(String) : message });
  });

  test('nobody asked', () => expect(working().tick().reply).toBeNull());
});

const waiting = (): Story => {
  const story = working();
  story.exits(1);
  return story;
};

const noRoom = (): Story => {
  const story = waiting();
  story.disk = { hold: { kind: 'disk', untilWall: null, because: 'the disk is full' }, isPressed: true, takenMono: null };
  return story;
};

describe('what is kept', () => {
  test.each<[string, () => RunDecision, boolean]>([
    ['that time passed', () => working().after(SECOND).tick(), false],
    ['that it was active', () => working().after(SECOND).says(), false],
    ['a note without another state', () => working().after(SECOND).says({ kind: 'todo', done: 1, total: 2 }), true],
    ['a request that changed nothing', () => complete().claims('done', 'again'), true],
    ['an outcome that nobody waits for', () => working().settle(ENDED), true],
    ['another state', () => new Story().last, true],
  ])('%s: %s', (_, observed, isMaterial) => expect(observed().material).toBe(isMaterial));
});
