import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTmux } from '../../../src/launch/launchers/tmux.ts';
import { layout } from '../../../src/store/directory/layout.ts';
import { withReader } from '../../../src/store/with-reader.ts';
import { findOnPath } from '../../../src/system/command/find-on-path.ts';
import { NEVER_SHORT } from '../../kit/never-short.ts';
import { PROGRAM } from '../../kit/stage.ts';
import { until } from '../../kit/workbench.ts';

let scratch = '';
/** One server for all, since one that has just ended is in the way of the next. */
let sessions = 0;
const environment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: scratch,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  DOGWATCH_STATE_DIR: join(scratch, 'state'),
  DOGWATCH_BALLAST: '0',
  DOGWATCH_PRERECLAIM: '0',
  DOGWATCH_DOCKER_HOSTS: 'none',
  DOGWATCH_NOTIFY: 'exec:/bin/true',
  ...NEVER_SHORT,
});
const dogwatch = (...words: string[]) =>
  spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8', cwd: scratch, env: environment() });
const tmux = (...words: string[]) =>
  execFileSync('tmux', ['-L', `dogwatch-top-${process.pid}`, '-f', '/dev/null', ...words], {
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...environment(), TMUX_TMPDIR: scratch },
  });
const pane = (): string => `top${sessions}`;
const screen = (): string => tmux('capture-pane', '-p', '-t', pane());
const keys = (...all: string[]) => tmux('send-keys', '-t', pane(), ...all);
/** Waits until the screen says this. */
const says = (what: RegExp) => until(`a screen with ${what}, not\n${screen()}`, () => what.test(screen()) && screen());
const resized = (width: number, height: number) => tmux('resize-window', '-t', pane(), '-x', String(width), '-y', String(height));

/** What the state says that a view must not change by itself. */
const states = () =>
  withReader(layout(join(scratch, 'state')), (reader) => reader.runs().map(({ name, paused, stopping }) => [name, paused, stopping]));
const journal = () =>
  withReader(layout(join(scratch, 'state')), (reader) =>
    reader.history('long.1').filter(({ observation }) => observation.kind === 'operator.requested'),
  );

/** Starts the view in a pane; its terminal modes before and after it are written down. */
function start(variables: Readonly<Record<string, string>> = {}): void {
  sessions += 1;
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const inner = `stty -g >'${scratch}/before'; env ${set.join(' ')} '${process.execPath}' '${PROGRAM}' top; echo "ended with $?"; stty -g >'${scratch}/after'; exec sleep 600`;
  tmux('new-session', '-d', '-s', pane(), '-x', '80', '-y', '24', 'sh', '-c', inner);
}

const modes = () => ['before', 'after'].map((name) => readFileSync(join(scratch, name), 'utf8'));
const pidOfView = (): number =>
  Number(
    spawnSync('pgrep', ['-f', '-n', '-P', tmux('display-message', '-p', '-t', pane(), '#{pane_pid}').trim()], { encoding: 'utf8' }).stdout,
  );

describe.skipIf(findTmux() === null)('top in a real terminal', () => {
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'dogwatch-top-'));
    dogwatch('run', '--detach', '--name', 'long', '--', 'sh', '-c', 'echo hello from the run; sleep 600');
    dogwatch('run', '--detach', '--name', 'short', '--done-exit', '--', 'true');
  });
  afterAll(() => {
    tmux('kill-server');
    dogwatch('stop', '--all', '--yes');
    const [lease] = withReader(layout(join(scratch, 'state')), (reader) => [reader.lease()]);
    if (lease !== null && lease !== undefined) process.kill(lease.pid, 'SIGTERM');
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10 });
  });

  test('80x24, smaller, and back', async () => {
    start();
    const whole = await says(/short .*complete[\s\S]*\? help/);
    expect(whole.split('\n')[0]).toMatch(/^dogwatch .*1 working, 1 done .* UTC$/);
    resized(60, 14);
    expect(await says(/^.{0,60}\n[\s\S]*long[\s\S]*do {2}p pause[\s\S]*\? help/)).toContain('>>  long');
    resized(40, 10);
    await until('the narrow screen is drawn', () => screen().split('\n').length <= 11 && />> {2}long/.test(screen()));
    resized(30, 4);
    await says(/^all is well/);
    resized(80, 24);
    await says(/^dogwatch .*1 working, 1 done .* UTC\n[\s\S]*j\/k move/);
  });

  test('a run, its log and why, and back', async () => {
    start();
    await says(/\? help/);
    keys('Enter');
    await says(/what happened, newest first|alive {2}. waits/);
    keys('l');
    await says(/-- attempt 1 --\nhello from the run/);
    keys('Escape');
    await says(/^.. long \(working\)[\s\S]*done +when/m);
    keys('e');
    await says(/command +sh -c/);
    keys('Escape');
    await says(/^.. long \(working\)[\s\S]*done +when/m);
    keys('Escape');
    await says(/short +complete/);
  });

  test('asks before it acts: Enter is no, y is yes, and stop wants the name', async () => {
    start();
    await says(/\? help/);
    const before = [states(), journal().length];
    keys('p');
    await says(/pause long: .*not resumed until you unpause it[\s\S]*y is yes/);
    keys('Enter');
    await says(/nothing was done/);
    keys('x');
    await says(/stop long: ends attempt 1 \(pid \d+[\s\S]*Type its name/);
    keys('y');
    keys('Enter');
    await says(/nothing was done/);
    expect([states(), journal().length]).toEqual(before);
    keys('p');
    await says(/y is yes/);
    keys('y');
    await says(/long +working \(paused\)/);
    keys('p');
    await says(/unpause long: .*[\s\S]*y is yes/);
    keys('y');
    await says(/long +working {2,}[^(]*$/m);
    expect(journal().map(({ observation }) => observation.kind === 'operator.requested' && observation.command.kind)).toEqual([
      'pause',
      'unpause',
    ]);
  });

  test('pasted text changes nothing, marked or not', async () => {
    start();
    const shown = await says(/\? help/);
    const before = [states(), journal().length];
    tmux('set-buffer', 'pyaxlong\nrqe'.repeat(100));
    tmux('paste-buffer', '-p', '-t', pane());
    keys('-l', 'pyaxlongrqe'.repeat(100));
    keys('j');
    await until('the key after it counts', () => screen().includes('── short'));
    keys('k');
    await until('the screen is the same', () => screen().split('\n').slice(4, 8).join() === shown.split('\n').slice(4, 8).join());
    expect([states(), journal().length]).toEqual(before);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s leaves the terminal as it was', async (signal) => {
    start();
    await says(/\? help/);
    process.kill(pidOfView(), signal);
    await says(/ended with 1\d\d/);
    await until('the modes are written', () => modes().every((text) => text !== ''));
    expect(new Set(modes()).size).toBe(1);
    expect(tmux('display-message', '-p', '-t', pane(), '#{alternate_on} #{cursor_flag}').trim()).toBe('0 1');
  });

  test('q too, and suspending it brings it back', async () => {
    start();
    await says(/\? help/);
    const pid = pidOfView();
    process.kill(pid, 'SIGTSTP');
    await until('it is suspended or back', () => /^State:\s+[TS]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
    process.kill(pid, 'SIGCONT');
    keys('j');
    await says(/── short/);
    keys('q');
    await says(/ended with 0/);
    await until('the modes are written', () => modes().every((text) => text !== ''));
    expect(new Set(modes()).size).toBe(1);
  });

  test.skipIf(findOnPath('bash', process.env.PATH ?? '') === null)(
    'Ctrl-Z gives the terminal back to the shell, and fg the view',
    async () => {
      sessions += 1;
      tmux('new-session', '-d', '-s', pane(), '-x', '80', '-y', '24', 'env', 'PS1=sh> ', 'bash', '--norc');
      keys(`'${process.execPath}' '${PROGRAM}' top`, 'Enter');
      await says(/\? help/);
      keys('C-z');
      await says(/Stopped[\s\S]*sh>/);
      keys('clear; stty -a | grep -o -- "-*icanon"; fg', 'Enter');
      await says(/\? help/);
      keys('q');
      await says(/^icanon\n[\s\S]*sh>/m);
    },
  );

  test('with a dumb terminal, in ASCII and without escapes', async () => {
    start({ TERM: 'dumb' });
    const shown = await says(/\? help/);
    expect(shown).not.toMatch(/[^ -~\n]/);
  });

  test('where there is no terminal, says what to use instead', () => {
    const { status, stderr } = dogwatch('top');
    expect([status, stderr]).toEqual([64, expect.stringContaining('use `dogwatch status --watch`')]);
  });

  test('a dead watchdog is the first thing that it says', async () => {
    start();
    await says(/\? help/);
    const lease = withReader(layout(join(scratch, 'state')), (reader) => reader.lease());
    if (lease === null) throw new Error('expected a watchdog');
    process.kill(lease.pid, 'SIGKILL');
    expect((await says(/no watchdog is alive/)).split('\n')[1]).toMatch(/^no watchdog is alive/);
  });
});
