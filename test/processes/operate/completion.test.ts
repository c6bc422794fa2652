import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keptState } from '../../kit/kept-state.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';
import { PROGRAM } from '../../kit/stage.ts';

const isMissing = (shell: string): boolean => spawnSync(shell, ['--version']).status !== 0;

/** How each shell is asked for the completions of a line, whose last word is being typed. */
const ASK: Readonly<Record<string, (words: readonly string[]) => { args: string[]; input?: string }>> = {
  bash: (words) => ({
    args: [
      '--norc',
      '-c',
      `source <(dogwatch completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dogwatch; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      ...words,
    ],
  }),
  zsh: (words) => ({
    args: [
      '-f',
      '-c',
      `compdef() { }; _files() { }; _describe() { print -l -- "\${(@P)3}" }; source <(dogwatch completion zsh); words=("$@"); CURRENT=$#; _dogwatch`,
      'zsh',
      ...words,
    ],
  }),
  fish: (words) => ({ args: ['--no-config', '-c', `dogwatch completion fish | source; complete -C (string join -- ' ' $argv)`, ...words] }),
};

/** How each shell shows a value with a description. */
const SHOWN: Readonly<Record<string, (value: string, description: string) => string>> = {
  bash: (value, description) => `${value}  (${description})`,
  zsh: (value, description) => `${value}:${description}`,
  fish: (value, description) => `${value}\t${description}`,
};

describe.each(Object.keys(ASK))('completion in %s', (shell) => {
  let scratch = '';
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'dogwatch-completion-'));
    mkdirSync(join(scratch, 'bin'));
    writeFileSync(join(scratch, 'bin/dogwatch'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
    chmodSync(join(scratch, 'bin/dogwatch'), 0o755);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const asked = (stateDir: string, ...words: string[]) => {
    const { args } = ASK[shell]?.(['dogwatch', ...words]) ?? { args: [] };
    const env = { PATH: `${join(scratch, 'bin')}:${process.env.PATH}`, HOME: scratch, DOGWATCH_STATE_DIR: stateDir };
    const { status, stdout, stderr } = spawnSync(shell, args, { encoding: 'utf8', cwd: scratch, env });
    return { status, stderr, lines: stdout.split('\n').filter((line) => line !== '') };
  };
  const why = isMissing(shell) ? `: ${shell} is not installed` : '';

  test.skipIf(why)(`runs with their states${why}`, async () => {
    const { where, keep } = await keptState();
    keep(noting(newRunNamed('upgrade'), 1), noting(newRunNamed('update-docs'), 2), noting(newRunNamed('other'), 3));
    const shown = (name: string) => SHOWN[shell]?.(name, 'waiting');
    const { lines, stderr } = asked(where.stateDir, 'explain', 'up');
    expect(stderr).toBe('');
    expect(lines.toSorted()).toEqual([shown('update-docs'), shown('upgrade')]);
    expect(asked(where.stateDir, 'explain', '').lines).toHaveLength(3);
    expect(asked(where.stateDir, 'explain', 'other').lines).toHaveLength(1);
  });

  test.skipIf(why)(`commands, options and topics${why}`, () => {
    expect(asked(scratch, 'unp').lines.join()).toMatch(/^unpause/);
    expect(asked(scratch, 'reclaim', '--dry').lines.join()).toMatch(/^--dry-run/);
    expect(asked(scratch, 'help', 'recov').lines.join()).toMatch(/^recovery/);
  });

  test.skipIf(why)(`a broken store has no runs, and nothing is printed${why}`, () => {
    writeFileSync(join(scratch, 'dogwatch.db'), 'no database');
    for (const directory of [scratch, join(scratch, 'none'), 'relative'])
      expect(asked(directory, 'explain', 'up')).toMatchObject({ lines: [], stderr: '' });
    expect(existsSync(join(scratch, 'none'))).toBe(false);
  });

  test.skipIf(why)(`what was typed is not evaluated${why}`, () => {
    for (const word of ['$(touch$IFS./evaluated)', '`touch ./evaluated`', "'; touch ./evaluated; '"]) asked(scratch, 'explain', word);
    expect(existsSync(join(scratch, 'evaluated'))).toBe(false);
  });
});
