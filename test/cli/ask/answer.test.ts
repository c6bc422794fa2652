import { expect, test } from 'vitest';
import { answerOf, forTheOpenOne } from '../../../src/cli/ask/answer.ts';
import { working } from '../../kit/core/world.ts';

test.each([
  [['yes'], { says: 'yes', text: '' }],
  [['Y'], { says: 'yes', text: '' }],
  [['no'], { says: 'no', text: '' }],
  [['no', 'use', 'main'], { says: 'no', text: 'use main' }],
  [['yes', 'but', 'later'], { says: 'text', text: 'yes but later' }],
  [['none of it'], { says: 'text', text: 'none of it' }],
  [['the port', 'is 8443'], { says: 'text', text: 'the port is 8443' }],
])('%o is an answer', (words, expected) => {
  expect(answerOf(words, {})).toEqual({ kind: 'answer', number: null, always: false, ...expected });
});

test('the number and --always are part of it', () => {
  expect(answerOf(['yes'], { question: '3', always: true })).toMatchObject({ number: 3, always: true });
});

test.each<[readonly string[], { question?: string }, string]>([
  [['  '], {}, 'the answer is empty'],
  [['x'.repeat(4001)], {}, 'the answer is too long'],
  [['yes'], { question: '0' }, '--question is not valid'],
  [['yes'], { question: 'two' }, '--question is not valid'],
])('%o with %o is none', (words, options, why) => {
  expect(() => answerOf(words, options)).toThrow(why);
});

test('without a number it is for the one question that is open when it is typed', () => {
  const story = working({ policy: { asks: true } });
  const typed = () => forTheOpenOne(answerOf(['yes'], {}), story.run).number;
  expect(typed()).toBeNull();
  story.asks('one');
  story.asks('two');
  expect(typed()).toBeNull();
  story.answers('no', { number: 1 });
  expect(typed()).toBe(2);
  expect(forTheOpenOne(answerOf(['yes'], { question: '1' }), story.run).number).toBe(1);
});
