import { expect, test } from 'vitest';
import type { Interpreter } from '../../src/agents/contract/agent.ts';
import type { Signal } from '../../src/core/model/facts.ts';
import { understood } from '../../src/logs/interpret.ts';

const TURN: Signal = { kind: 'turn', well: true };
const picky: Interpreter = {
  read: (lines) =>
    lines.map((line) => {
      if (line === 'bad') throw new TypeError('no such thing');
      return TURN;
    }),
};

test('a line at which an interpreter fails is reported once, and takes no other with it', () => {
  const reported: string[] = [];
  const signals = understood(picky, ['a', 'bad', 'b', 'bad'], 'the journal of app.service: 4 lines', (problem) => reported.push(problem));
  expect(signals).toEqual([TURN, TURN]);
  expect(reported).toEqual([
    expect.stringMatching(/^the journal of app.service: 4 lines: not understood, 2 of them: TypeError: no such thing/),
  ]);
});

test('without lines, the interpreter is not called', () => {
  expect(understood({ read: () => expect.unreachable() }, [], '/log', () => expect.unreachable())).toEqual([]);
});
