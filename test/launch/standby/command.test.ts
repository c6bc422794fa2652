import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { commandText } from '../../../src/launch/standby/command.ts';

/** What a shell that reads this text passes to a program. */
function read(text: string): { readonly argv: readonly string[]; readonly stdin: string; readonly prompt: string } {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-command-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'command');
  writeFileSync(file, text);
  const script = '. "$1"; printf "%s\\0" "$dogwatch_stdin" "$@"; printenv -0 DOGWATCH_PROMPT';
  const words = execFileSync('/bin/sh', ['-c', script, 'sh', file], {
    cwd: directory,
    env: { PATH: process.env.PATH, DOGWATCH_PROMPT: '' },
  });
  expect(readdirSync(directory)).toEqual(['command']);
  const [stdin = '', ...rest] = words.toString('utf8').split('\0').slice(0, -1);
  return { stdin, argv: rest.slice(0, -1), prompt: rest.at(-1) ?? '' };
}

const ALL_LETTERS = Array.from({ length: 0x300 }, (_, code) => String.fromCodePoint(code + 1)).join('');

test.each<[string, string]>([
  ['quotes', `it's "quoted" '' ' ''' \\' \\`],
  ['commands', '$(touch pwned) `touch pwned` ; touch pwned & | > pwned < x'],
  ['lines', '\n\ntwo\nlines\n\r\n'],
  ['nothing', ''],
  ['options', '--'],
  ['every letter', ALL_LETTERS],
  ['a long text', `${'x'.repeat(60_000)}'`],
  ['an end of its own', "'; exit 7; '"],
])('a shell reads exactly these words: %s', (_, word) => {
  const command = { argv: ['program', word, word, ''], stdin: `/a place/${word}`, variables: { DOGWATCH_PROMPT: word } };
  expect(read(commandText(command) ?? '')).toEqual({ argv: command.argv, stdin: command.stdin, prompt: word });
});

test('whatever the words are', () => {
  const word = fc.string({ unit: 'binary' }).map((text) => Buffer.from(text.replaceAll('\0', ''), 'utf8').toString('utf8'));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), word, (argv, prompt) => {
      expect(read(commandText({ argv, stdin: '/dev/null', variables: { DOGWATCH_PROMPT: prompt } }) ?? '')).toMatchObject({ argv, prompt });
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['a NUL', { argv: ['a\0b'], stdin: '/dev/null', variables: {} }],
  ['a variable that belongs to the run', { argv: ['a'], stdin: '/dev/null', variables: { PATH: '/bin' } }],
  ['a name that would break out', { argv: ['a'], stdin: '/dev/null', variables: { 'X=1; touch pwned; Y': 'a' } }],
  ['no command', { argv: [], stdin: '/dev/null', variables: {} }],
])('it is refused: %s', (_, command) => {
  expect(commandText(command)).toBeNull();
});
