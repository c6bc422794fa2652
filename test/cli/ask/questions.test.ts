import { expect, test } from 'vitest';
import { register } from '../../../src/cli/ask/questions.ts';
import { isHarmful, keptState, look } from '../../kit/kept-state.ts';

test('lists each question with the command that answers it, and no other', async () => {
  const { where, begin } = await keptState();
  const { story, keepStory } = begin({ policy: { asks: true } });
  story.started();
  story.says();
  story.asks('Bash: git push\u001b[2J', { request: 'a1' });
  story.asks('Which port?', { request: 'a2', of: 'choice' });
  story.asks('Bash: git tag', { request: 'a3' });
  story.answers('no', { number: 1 });
  keepStory();
  const { out } = await look(register, where, 'questions');
  expect(out.match(/dogwatch answer .*/g)).toEqual([
    'dogwatch answer upgrade "…" --question 2  answers what its agent asks',
    'dogwatch answer upgrade yes --question 3  allows what its agent asks for',
    'dogwatch answer upgrade no --question 3  denies it',
  ]);
  expect(isHarmful(out)).toBe(false);
});

test('nobody asks anything', async () => {
  const { where, begin } = await keptState();
  begin().keepStory();
  expect((await look(register, where, 'questions')).out).toBe('nobody asks anything\n');
});
