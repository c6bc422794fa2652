import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { complete } from '../../../src/cli/completion/complete.ts';
import { register } from '../../../src/cli/completion/completion.ts';
import { programFor } from '../../../src/program.ts';
import { keptState, look } from '../../kit/kept-state.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

/** What these words are completed to, and the number that the shell gets last. */
async function completed(...words: string[]): Promise<{ values: string[]; number: string | undefined }> {
  const { where, keep } = await keptState();
  keep(noting(newRunNamed('upgrade'), 1), noting(newRunNamed('docs'), 2));
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void process.stdout.write(`${line}\n`));
  onTestFinished(() => log.mockRestore());
  // The command itself completes an empty program; the words are completed by the whole one.
  const { out, err } = await look((empty) => void empty.command('x').action(async () => complete(programFor([]), words)), where, 'x');
  expect(err).toBe('');
  const lines = out.trimEnd().split('\n');
  return {
    values: lines.filter((line) => !line.startsWith(':')).map((line) => line.split('\t')[0] ?? ''),
    number: lines.findLast((line) => line.startsWith(':')),
  };
}

describe('what words can become', () => {
  test.each<[string, string[], string[]]>([
    ['a command', ['unp'], ['unpause']],
    ['a command below another', ['systemd', 'un'], ['uninstall']],
    ['a run', ['explain', 'up'], ['upgrade']],
    ['another run', ['stop', 'docs', 'up'], ['upgrade']],
    ['a run after an option with a value', ['resume', '--prompt', 'go on', 'do'], ['docs']],
    ['an option', ['logs', 'upgrade', '--fol'], ['--follow']],
    ['a choice of an option', ['run', '--agent', 'cod'], ['codex']],
    ['the same with =', ['run', '--agent=cod'], ['codex']],
    ['a state', ['wait', 'upgrade', '--for', 'wo'], ['working']],
    ['a setting of a run', ['set', 'upgrade', 'DOGWATCH_IDL'], ['DOGWATCH_IDLE=']],
    ['the same as an option', ['replay', 'upgrade', '--set', 'DOGWATCH_IDL'], ['DOGWATCH_IDLE=']],
    ['this machine, where hosts are listed', ['fleet', 'status', '--ssh', 'nowhere,.'], ['nowhere,.']],
    ['the same with =', ['fleet', 'status', '--ssh=.'], ['.']],
    ['a topic', ['help', 'nixo'], ['nixos']],
    ['a shell', ['completion', 'f'], ['fish']],
    ['nothing, where anything can be typed', ['resume', 'upgrade', '--prompt', ''], []],
    ['nothing, for a command that does not exist', ['nothing', ''], []],
  ])('%s', async (_, words, values) => {
    expect((await completed(...words)).values).toEqual(values);
  });

  test.each<[string, string[], string]>([
    ['files, where a file is expected', ['restore', ''], ':0'],
    ['files, in the command of an agent', ['run', '--', 'opencode', '--f'], ':0'],
    ['no files, where a run is expected', ['explain', ''], ':4'],
    ['no space after a prefix', ['set', 'upgrade', 'DOGWATCH_IDL'], ':6'],
    ['a space after the name of a run', ['set', 'up'], ':4'],
  ])('%s', async (_, words, number) => {
    expect((await completed(...words)).number).toBe(number);
  });

  test('an unknown shell is refused', async () => {
    const { where } = await keptState();
    expect((await look(register, where, 'completion', 'tcsh')).thrown).toMatchObject({ code: 'commander.invalidArgument' });
  });
});
