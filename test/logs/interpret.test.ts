import { expect, test } from 'vitest';
import { understood } from '../../src/logs/interpret.ts';

test('an interpreter that fails is reported, and what it read says nothing', () => {
  const reported: string[] = [];
  const fails = () => {
    throw new TypeError('no such thing');
  };
  expect(understood({ read: fails }, ['a line'], 'the journal of app.service: 1 lines', (problem) => reported.push(problem))).toEqual([]);
  expect(reported).toEqual([expect.stringMatching(/^the journal of app.service: 1 lines were not understood: TypeError: no such thing/)]);
});

test('where there is no line nobody is asked', () => {
  expect(understood({ read: () => expect.unreachable() }, [], '/log', () => expect.unreachable())).toEqual([]);
});
