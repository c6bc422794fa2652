import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type OperatorCommand, runOperatorCommand } from '../../../src/system/command/operator.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dogwatch-command-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const { PATH = '/usr/bin:/bin' } = process.env;
const run = (command: string, more: Partial<OperatorCommand> = {}) =>
  runOperatorCommand({ command, cwd, environment: { PATH }, extra: {}, deadlineMs: 60_000, ...more });
/** Time for a shell to start on a busy machine. */
const LONG_ENOUGH_MS = 2000;
const pidIn = (file: string) => Number.parseInt(readFileSync(join(cwd, file), 'utf8'), 10);
const isDead = (pid: number) => !existsSync(`/proc/${pid}`) || / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
const died = (file: string) => vi.waitFor(() => expect(isDead(pidIn(file))).toBe(true), { timeout: 20_000, interval: 20 });

test.each([
  ['its status and both its outputs in order', 'echo out; echo err >&2; echo more; exit 3', { code: 3, output: 'out\nerr\nmore\n' }],
  ['a command that does not exist', 'no-such-command 2>/dev/null', { code: 127, output: '' }],
  ['quotes, dollars and line endings', 'printf "%s" "a b"\nprintf "$(echo c)"', { code: 0, output: 'a bc' }],
  ['nothing on stdin', 'cat; echo end', { code: 0, output: 'end\n' }],
  ['nothing at all', '', { code: 0, output: '' }],
])('%s', async (_, command, expected) => {
  expect(await run(command)).toEqual({ kind: 'exited', ...expected });
});

test('the working directory and the variables are those of the run, without those of an attempt', async () => {
  const environment = { PATH, KEY: 'of the run', DOGWATCH_ATTEMPT: 'r/1/t', NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '1' };
  const extra = { DOGWATCH_RUN_NAME: 'a "b"; $(touch pwned)\n', ZERO: 'a\0b' };
  const outcome = await run('env; printf "<%s>" "$DOGWATCH_RUN_NAME"; pwd', { environment, extra });
  expect(outcome).toMatchObject({ kind: 'exited', code: 0, output: expect.stringContaining('<a "b"; $(touch pwned)\n>') });
  const output = outcome.kind === 'exited' ? outcome.output : '';
  expect(output).toContain('KEY=of the run\n');
  expect(output).toContain('ZERO=ab\n');
  expect(output).toContain(cwd);
  expect(output).not.toMatch(/^(DOGWATCH_ATTEMPT|NOTIFY_SOCKET|WATCHDOG_USEC|HOME)=/m);
  expect(existsSync(join(cwd, 'pwned'))).toBe(false);
});

test('long output is cut in the middle, and the command can write all of it', async () => {
  const outcome = await run('echo first; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo last >&2; exit 1');
  const output = outcome.kind === 'exited' ? outcome.output : '';
  expect(output.length).toBeLessThan(66_000);
  expect(output.replaceAll(/x+/g, 'x')).toBe('first\nx\n[… 2934476 bytes left out …]\nx\nlast\n');
});

test.each([
  ['ended by a signal', 'kill -9 $$', {}, 'it was ended by SIGKILL'],
  ['no such directory', 'true', { cwd: '/no/such/directory' }, 'it could not be started: the working directory /no/such/directory is gone'],
])('a failure in words: %s', async (_, command, more, because) => {
  expect(await run(command, more)).toEqual({ kind: 'failed', because });
});

describe('its end', () => {
  test('at the deadline the whole group is ended, and what was written is kept', async () => {
    const outcome = await run('echo started; sleep 100 & echo $! > late; sleep 100 | cat', { deadlineMs: LONG_ENOUGH_MS });
    expect(outcome).toEqual({ kind: 'timed-out', output: 'started\n' });
    await died('late');
  });

  test('a group that ignores TERM is killed', async () => {
    const outcome = await run('trap "" TERM; echo $$ > deaf; while :; do sleep 0.1; done', { deadlineMs: LONG_ENOUGH_MS });
    expect(outcome).toEqual({ kind: 'timed-out', output: '' });
    await died('deaf');
  });

  test('after TERM there is time to clean up', async () => {
    const tidy = 'sh -c \'trap "sleep 0.3; echo tidied > tidied; exit" TERM; echo up; while :; do sleep 0.05; done\'';
    expect(await run(`${tidy} & wait`, { deadlineMs: LONG_ENOUGH_MS })).toMatchObject({ kind: 'timed-out' });
    await vi.waitFor(() => expect(existsSync(join(cwd, 'tidied'))).toBe(true), { timeout: 20_000 });
  });

  test('processes left in its group are ended with it', async () => {
    expect(await run('sleep 100 & echo $! > left; exit 2')).toEqual({ kind: 'exited', code: 2, output: '' });
    await died('left');
  });

  test('a process that left the group and holds the output open delays the answer only briefly', async () => {
    expect(await run("setsid sh -c 'echo $$ > away; exec sleep 100' & until [ -s away ]; do :; done; echo done")).toEqual({
      kind: 'exited',
      code: 0,
      output: 'done\n',
    });
    const away = pidIn('away');
    expect(isDead(away)).toBe(false);
    process.kill(away, 'SIGKILL');
  });
});
