import { expect, test } from 'vitest';
import { toStored } from '../../../src/core/decision-input.ts';
import { registeredPolicy, registeredSpec } from '../../../src/core/evolve/policy-change.ts';
import { replayed } from '../../../src/core/replay.ts';
import { rows } from '../../kit/core/rows.ts';
import { MINUTE, POLICY, type Story, working } from '../../kit/core/world.ts';

const SET = { kind: 'set', policy: { quietMs: 10 * MINUTE }, words: 'DOGWATCH_QUIET 2m → 10m' } as const;

const set = (story = working()): Story => {
  story.operator(SET);
  return story;
};

rows('settings that are changed while a run runs', [
  [
    'they decide from then on',
    () =>
      set()
        .after(5 * MINUTE)
        .tick(),
    'working',
    [],
    '',
  ],
  [
    'without the change it is quiet',
    () =>
      working()
        .after(5 * MINUTE)
        .tick(),
    'quiet',
    [],
    '',
  ],
  ['the change is in the journal', () => set().last, 'working', [], 'settings changed by the operator: DOGWATCH_QUIET 2m → 10m'],
  [
    'a stopped run keeps them for later',
    () => {
      const story = working();
      story.operator({ kind: 'stop', because: 'enough' });
      story.ended();
      return story.operator(SET);
    },
    'stopped',
    [],
    'once it is resumed',
  ],
]);

test('a process inside a run changes nothing', () => {
  const story = working();
  const { run } = story;
  const inside = { of: 'attempt', run: run.id, number: 1, refused: false } as const;
  const { reply } = story.tell({ kind: 'operator.requested', request: 'r', command: SET, inside });
  expect([reply, story.run.spec.policy]).toEqual([expect.objectContaining({ accepted: false }), run.spec.policy]);
});

test.each([
  [{ idleMs: MINUTE }, 'quietMs would be more than idleMs'],
  [{ maxResumesTotal: 5 }, 'maxResumes would be more than maxResumesTotal'],
])('%o does not fit the others', (policy, why) => {
  const story = working();
  const { reply } = story.operator({ kind: 'set', policy, words: '' });
  expect(reply).toMatchObject({ accepted: false, message: why });
  expect(story.run.spec.policy).toEqual(POLICY);
});

test('what it already has changes nothing', () => {
  expect(working().operator({ ...SET, policy: { quietMs: POLICY.quietMs } }).reply).toMatchObject({
    accepted: true,
    message: 'it has these settings already',
  });
});

test('the settings of the registration stay known, also one that an older build lacked', () => {
  const { maxTokens: _, ...older } = POLICY;
  const story = working({ policy: { ...older, maxTokens: undefined } });
  story.operator(SET);
  story.operator({ kind: 'set', policy: { maxTokens: 1000, idleMs: 40 * MINUTE }, words: '' });
  expect(story.run.spec.policy).toMatchObject({ idleMs: 40 * MINUTE, maxTokens: 1000 });
  expect(registeredPolicy(story.run)).toEqual(older);
});

test('each decision is replayed with the settings of its time', () => {
  const story = working();
  story.after(5 * MINUTE).tick();
  story.operator(SET);
  story.after(MINUTE).tick();
  story.after(6 * MINUTE).tick();
  expect(story.decisions.map(({ run }) => run.state).slice(-4)).toEqual(['quiet', 'working', 'working', 'quiet']);
  const recorded = story.decisions.map(({ observation, given, run, actions, because }) => ({
    observation,
    decided: { state: run.state, actions: actions.map(({ kind }) => kind), because },
    given: { kind: 'kept', patch: [JSON.parse(JSON.stringify(toStored(given)))] } as const,
    isWithheld: false,
  }));
  const today = [...replayed(recorded, registeredSpec(story.run))];
  expect(today.map(({ today: one }) => one?.state)).toEqual(story.decisions.map(({ run }) => run.state));
  expect(today.map(({ today: one }) => one?.because)).toEqual(story.decisions.map(({ because }) => because));
});
