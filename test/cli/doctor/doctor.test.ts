import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { register, renderFindings } from '../../../src/cli/doctor/doctor.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { checkStateDirectory } from '../../../src/cli/doctor/state-directory.ts';
import { runCommand } from '../../kit/run-command.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dogwatch-doctor-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const findings = (out: string): Finding[] => JSON.parse(out).findings;

test('nothing fails on a host that has everything, and the state directory is not created', async () => {
  const state = join(home, 'not', 'yet');
  const { out, exitCode } = await runCommand(register, ['doctor', '--json'], { DOGWATCH_STATE_DIR: state });
  expect(findings(out).filter(({ result }) => result === 'fail')).toEqual([]);
  expect(exitCode ?? 0).toBe(0);
  expect(existsSync(join(home, 'not'))).toBe(false);
  expect(readdirSync(home)).toEqual([]);
});

test('a failed check has a next step and exit status 69', async () => {
  const { out, exitCode } = await runCommand(register, ['doctor', '--json'], { DOGWATCH_STATE_DIR: home, DOGWATCH_IDLE: '15', PATH: home });
  expect(findings(out)).toContainEqual({
    about: 'settings',
    result: 'fail',
    said: 'DOGWATCH_IDLE is "15"',
    next: expect.stringMatching(/^set it to a duration/),
  });
  expect(findings(out)).toContainEqual(expect.objectContaining({ about: 'mkfifo', result: 'fail' }));
  expect(findings(out)).toContainEqual(expect.objectContaining({ about: 'git', result: 'warn' }));
  expect(findings(out)).toContainEqual(expect.objectContaining({ about: 'agent', result: 'warn' }));
  expect(exitCode).toBe(69);
});

test('agents are found on the PATH', async () => {
  for (const name of ['codex', 'opencode']) writeFileSync(join(home, name), '#!/bin/sh\n');
  writeFileSync(join(home, 'claude'), '#!/bin/sh\necho "2.1.330 (Claude Code)"\necho news\n');
  mkdirSync(join(home, 'gemini'));
  for (const name of ['claude', 'opencode', 'gemini']) chmodSync(join(home, name), 0o755);
  const { out } = await runCommand(register, ['doctor', '--json'], { DOGWATCH_STATE_DIR: home, PATH: `relative:${home}` });
  const agents = findings(out).filter(({ about }) => about === 'agent');
  expect(agents.map(({ said }) => said)).toEqual([`opencode at ${home}/opencode`, `claude at ${home}/claude, 2.1.330 (Claude Code)`]);
});

test('warns about an agent that does not print its version, without its escapes', async () => {
  writeFileSync(join(home, 'codex'), "#!/bin/sh\nprintf '\\033[31mno config\\n' >&2\nexit 3\n", { mode: 0o755 });
  const { out } = await runCommand(register, ['doctor', '--json'], { DOGWATCH_STATE_DIR: home, PATH: `${home}:/usr/bin:/bin` });
  expect(findings(out)).toContainEqual(
    expect.objectContaining({ about: 'agent', result: 'warn', said: `codex at ${home}/codex does not print its version: no config` }),
  );
});

test.each([
  ['unix:///var/run/no-such.sock', 'warn', 'fix it'],
  ['unix:///dev/null', 'warn', 'fix it'],
])('warns about a configured engine that does not respond: %s', async (url, result, next) => {
  const { out } = await runCommand(register, ['doctor', '--json'], { DOGWATCH_STATE_DIR: home, DOGWATCH_DOCKER_HOSTS: url });
  expect(findings(out)).toContainEqual(expect.objectContaining({ about: 'docker', result, next: expect.stringContaining(next) }));
});

test('checks that ballast is configured and that the disk has room for it', async () => {
  for (const [bytes, result] of [
    ['1MiB', 'ok'],
    ['0', 'warn'],
  ] as const) {
    const found = await checkStateDirectory({ DOGWATCH_STATE_DIR: home, DOGWATCH_BALLAST: bytes });
    expect(found).toContainEqual(expect.objectContaining({ about: 'ballast', result }));
  }
});

describe('state directory', () => {
  const about = async (state: string) =>
    (await checkStateDirectory({ DOGWATCH_STATE_DIR: state })).filter((one) => one.about === 'state directory');

  test('the check leaves nothing behind in a writable one', async () => {
    expect(await about(home)).toEqual([{ about: 'state directory', result: 'ok', said: home, next: null }]);
    expect(readdirSync(home)).toEqual([]);
  });

  test('warns if its group can write to it, and suggests chmod only for a directory of its own', async () => {
    chmodSync(home, 0o770);
    const next = 'set DOGWATCH_STATE_DIR to a directory of its own';
    expect(await about(home)).toContainEqual({ about: 'state directory', result: 'warn', said: 'its group may write to it', next });
    writeFileSync(join(home, 'dogwatch.db'), '');
    expect(await about(home)).toContainEqual(expect.objectContaining({ result: 'warn', next: `chmod 700 ${home}` }));
  });

  test.each(['/tmp', '/dev/null'])('%s fails, and is not to be changed', async (path) => {
    const failed = (await about(path)).filter(({ result }) => result === 'fail');
    expect(failed.map(({ next }) => next)).toContain('set DOGWATCH_STATE_DIR to a directory of its own');
  });

  test('fails below a world-writable directory, as `run` does', async () => {
    chmodSync(home, 0o777);
    expect(await about(join(home, 'state'))).toContainEqual(
      expect.objectContaining({ result: 'fail', said: expect.stringContaining(`${home}, in which anybody`) }),
    );
  });

  test.each(['/proc/dogwatch', '/dev/null/dogwatch'])('%s cannot be', async (path) => {
    expect(await about(path)).toContainEqual(
      expect.objectContaining({ result: 'fail', next: expect.stringContaining('DOGWATCH_STATE_DIR') }),
    );
  });
});

test('a finding is one line, and its next step another', () => {
  const table = renderFindings([
    { about: 'node', result: 'ok', said: '24.1.0', next: null },
    { about: 'state directory', result: 'fail', said: 'is full', next: 'free some space' },
  ]);
  expect(stripVTControlCharacters(table)).toBe(
    'ok    node             24.1.0\nfail  state directory  is full\n                       → free some space\n',
  );
});
