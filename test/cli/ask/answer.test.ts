import { expect, test } from 'vitest';
import { answerOf } from '../../../src/cli/ask/answer.ts';

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
