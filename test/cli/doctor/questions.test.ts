import { expect, test } from 'vitest';
import { checkQuestions } from '../../../src/cli/doctor/questions.ts';
import type { Wishes } from '../../kit/core/world.ts';
import { keptState } from '../../kit/kept-state.ts';

async function found(wishes: Wishes) {
  const { where, begin } = await keptState();
  begin(wishes).keepStory();
  return checkQuestions({ DOGWATCH_STATE_DIR: where.stateDir });
}

test('warns of a run whose agent cannot ask', async () => {
  expect(await found({ agent: 'codex', policy: { asks: true } })).toEqual([
    {
      about: 'questions',
      result: 'warn',
      said: expect.stringMatching(/^upgrade: DOGWATCH_ASK=1 has no effect.*codex cannot wait for an answer/),
      next: expect.stringContaining('dogwatch set upgrade DOGWATCH_ASK=0'),
    },
  ]);
});

test('says nothing of a run that is not to ask', async () => {
  expect(await found({ agent: 'codex' })).toEqual([]);
});
