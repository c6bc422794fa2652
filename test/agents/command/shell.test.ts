import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unfolded } from '../../../src/agents/command/shell.ts';
import { behindWrappers } from '../../../src/agents/command/wrappers.ts';
import { recognise } from '../../../src/agents/registry.ts';

describe('the last command of a text as separate words', () => {
  test.each([
    [
      ['bash', '-lc', 'claude -p "do it"'],
      ['bash', '-lc', 'exec "$@"', 'bash', 'claude', '-p', 'do it'],
    ],
    [
      ['sh', '-c', 'exec codex exec x'],
      ['sh', '-c', 'exec "$@"', 'sh', 'codex', 'exec', 'x'],
    ],
    [
      ['nice', '/bin/bash', '-l', '-c', "cd ~/srv && claude -p 'a && b; c'"],
      ['nice', '/bin/bash', '-l', '-c', 'cd ~/srv && "$@"', 'bash', 'claude', '-p', 'a && b; c'],
    ],
    [
      ['sh', '-c', 'cd /srv; exec qwen -y x'],
      ['sh', '-c', 'cd /srv; exec "$@"', 'sh', 'qwen', '-y', 'x'],
    ],
  ])('%j', (argv, expected) => {
    expect(unfolded(argv)).toEqual(expected);
    expect(recognise(expected)).not.toBe('generic');
    expect(expected[behindWrappers(expected)]).toMatch(/^(claude|codex|qwen)$/);
  });

  test.each([
    [['bash', '-c', 'claude -p "$TASK"']],
    [['bash', '-c', 'claude -p x | tee log']],
    [['bash', '-c', 'claude -p x &']],
    [['bash', '-c', 'for i in 1 2; do claude -p x; done']],
    [['bash', '-c', 'while true; do claude -p x']],
    [['bash', '-c', 'if test -e x; then claude -p x']],
    [['bash', '-c', 'FOO="a b" && claude -p x']],
    [['bash', '-c', '(cd x && claude -p x)']],
    [['bash', '-c', 'claude -p x || claude -p y']],
    [['bash', '-c', 'claude -p x', 'name', 'more']],
    [['bash', 'job.sh']],
    [['-c', 'claude']],
    [['python', '-c', 'claude -p x']],
  ])('%j is left as it is', (argv) => expect(unfolded(argv)).toBeNull());

  test('a shell runs the same words', () => {
    const word = fc.stringMatching(/^[\w@%+=:,./-]{1,8}$/);
    fc.assert(
      fc.property(fc.constantFrom('', 'true && ', 'cd / ; '), fc.array(word, { maxLength: 4 }), (before, words) => {
        const text = `${before}printf %s, 'a;  b' ${words.join(' ')}`;
        const argv = ['sh', '-c', text.trim()];
        const other = unfolded(argv) ?? [];
        const says = ([program = '', ...args]: readonly string[]) => execFileSync(program, args, { encoding: 'utf8' });
        expect(says(other)).toBe(says(argv));
      }),
      { numRuns: 40 },
    );
  });
});
