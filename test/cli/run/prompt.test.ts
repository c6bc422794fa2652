import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { leftPipe, piped, promptOf } from '../../../src/cli/run/prompt.ts';

const NONE = { pattern: [], log: [], journal: [] };

test('reads a pipe to its end', async () => {
  expect(await piped(Readable.from([Buffer.from('do '), Buffer.from('it')]), 60_000)).toBe('do it');
  expect(await piped(Readable.from([]), null)).toBe('');
});

test('gives up on a pipe that nobody writes to or closes', async () => {
  expect(await piped(new PassThrough(), 1)).toBeNull();
});

test('refuses a prompt that is too long', async () => {
  const flood = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(65_536);
    })(),
  );
  await expect(piped(flood, null)).rejects.toThrow('too long');
});

test('reads a prompt from a file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-prompt-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const ask = (options: object) => promptOf({ ...NONE, ...options });
  expect(await ask({ promptFile: file('a', 'do it\n') })).toEqual({ prompt: 'do it\n', isSilent: false });
  await expect(ask({ promptFile: file('b', ' \n') })).rejects.toThrow('holds no prompt');
  await expect(ask({ promptFile: join(directory, 'none') })).rejects.toThrow('cannot be read');
  await expect(ask({ promptFile: file('a', 'x'), prompt: 'y' })).rejects.toThrow('two prompts');
  expect(await ask({ prompt: 'y' })).toEqual({ prompt: 'y', isSilent: false });
});

test('reports an open pipe, and refuses it if the task was to come from it', () => {
  const said: string[] = [];
  leftPipe(false, (line) => said.push(line));
  expect(said).toEqual([expect.stringContaining('not using it as the prompt')]);
  expect(() => leftPipe(true, () => {})).toThrow('no task');
});
