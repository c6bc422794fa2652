import { expect, test } from 'vitest';
import { understood } from '../../src/logs/interpret.ts';

test('an interpreter that fails is reported, and its lines yield no signals', () => {
  const reported: string[] = [];
  const fails = () => {
    throw new TypeError('no such thing');
  };
  expect(understood({ read: fails }, ['a line'], 'the journal of app.service: 1 lines', (problem) => reported.push(problem))).toEqual([]);
  expect(reported).toEqual([expect.stringMatching(/^the journal of app.service: 1 lines were not understood: TypeError: no such thing/)]);
});

test('without lines, the interpreter is not called', () => {
  expect(understood({ read: () => expect.unreachable() }, [], '/log', () => expect.unreachable())).toEqual([]);
});
