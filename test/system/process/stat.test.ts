import { expect, test } from 'vitest';
import { hasDied, parseStat } from '../../../src/system/process/stat.ts';

const line = (comm: string, state = 'S') =>
  `4242 (${comm}) ${state} 1 4240 4241 0 -1 4194304 100 0 0 0 150 25 30 5 20 0 1 0 987654 8192 200 18446744073709551615 0 0 0 0 0\n`;

test.each(['sh', 'tmux: server', 'a) R (b', '((', '))', ') S 1 2', 'two\nlines', '', ' '])('a name may contain anything: %j', (comm) => {
  expect(parseStat(line(comm))).toEqual({
    pid: 4242,
    comm,
    state: 'S',
    ppid: 1,
    pgid: 4240,
    sid: 4241,
    cpuMs: 2100,
    startTicks: 987_654,
  });
});

test.each(['', 'no parentheses', '1 (x) S', '(x) S 1 2 3', 'x (y) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21'])(
  'what is no such line is nothing: %j',
  (text) => expect(parseStat(text)).toBe(null),
);

test.each([
  ['R', false],
  ['S', false],
  ['D', false],
  ['T', false],
  ['Z', true],
  ['X', true],
])('state %s is dead: %s', (state, died) => expect(hasDied(parseStat(line('x', state))!)).toBe(died));
