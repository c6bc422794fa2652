import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runOverSsh, type SshRequest } from '../../../src/system/ssh/run.ts';
import { fakeSsh } from '../../kit/fakes/ssh.ts';

const over = (path: string, more: Partial<SshRequest> = {}) =>
  runOverSsh({
    words: ['build1'],
    command: 'dogwatch status --json',
    environment: { PATH: path },
    deadlineMs: 60_000,
    mostBytes: 1_000_000,
    ...more,
  });

test.each([
  ['its output and status', 'echo out; echo err >&2; exit 3', { kind: 'exited', code: 3, output: 'out\n', said: 'err\n' }],
  ['nothing on its standard input', 'cat; echo end', { kind: 'exited', code: 0, output: 'end\n' }],
  ['a signal', 'kill -KILL $$', { kind: 'failed', because: 'ssh was ended by SIGKILL' }],
  ['its own failure', 'echo "Permission denied (publickey)." >&2; exit 255', { kind: 'exited', code: 255, output: '' }],
])('%s', async (_, script, expected) => {
  expect(await over(fakeSsh(script).path)).toMatchObject(expected);
});

test('the host is named after all options, and the command is one word', async () => {
  const ssh = fakeSsh('true');
  await over(ssh.path, { words: ['-p', '2222', 'admin@build1'], deadlineMs: 15_000 });
  const [words = []] = ssh.calls();
  expect(words.slice(-5)).toEqual(['-p', '2222', '--', 'admin@build1', 'dogwatch status --json']);
  for (const option of ['BatchMode=yes', 'ConnectTimeout=10', 'ClearAllForwardings=yes', 'RemoteCommand=none'])
    expect(words).toContain(option);
});

test('ssh gets the environment of the operator without settings of dogwatch', async () => {
  const ssh = fakeSsh('env');
  const environment = {
    PATH: ssh.path,
    SSH_AUTH_SOCK: '/run/agent',
    DOGWATCH_NOTIFY: 'https://secret',
    DOGWATCH_STATE_DIR: '/here',
    NONE: undefined,
  };
  const { output } = (await over('', { environment })) as { output: string };
  expect(output).toContain('SSH_AUTH_SOCK=/run/agent\n');
  expect(output).toContain('SSH_ASKPASS_REQUIRE=never\n');
  expect(output).not.toMatch(/DOGWATCH|NONE/);
});

test('without ssh', async () => {
  expect(await over('/nonexistent')).toEqual({ kind: 'no-ssh' });
  expect(await over('bin:.')).toEqual({ kind: 'no-ssh' });
});

test('one that hangs is ended with all that it started', async () => {
  const ssh = fakeSsh('sleep 600 & echo $! >"$here/pid"; echo "connecting" >&2; wait');
  expect(await over(ssh.path, { deadlineMs: 4000 })).toEqual({ kind: 'timed-out', said: 'connecting\n' });
  const pid = readFileSync(join(ssh.directory, 'pid'), 'utf8').trim();
  await vi.waitFor(
    () => expect(!existsSync(`/proc/${pid}`) || / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))).toBe(true),
    20_000,
  );
});

test('one that ignores TERM is killed', async () => {
  const ssh = fakeSsh(`trap '' TERM; while :; do sleep 1; done`);
  expect(await over(ssh.path, { deadlineMs: 1000 })).toMatchObject({ kind: 'timed-out' });
});

test('a connection that is kept for later does not hold the answer up', async () => {
  const ssh = fakeSsh('setsid sleep 30 & echo $! >"$here/pid"; echo answer');
  try {
    expect(await over(ssh.path, { deadlineMs: 25_000 })).toMatchObject({ kind: 'exited', output: 'answer\n' });
  } finally {
    process.kill(Number(readFileSync(join(ssh.directory, 'pid'), 'utf8')), 'SIGKILL');
  }
});

test('output without end is cut off', async () => {
  expect(await over(fakeSsh('yes').path, { mostBytes: 100_000 })).toMatchObject({ kind: 'too-large' });
  const flood = await over(fakeSsh('head -c 3000000 /dev/zero | tr "\\0" x >&2; exit 255').path);
  expect(flood).toMatchObject({ kind: 'exited', code: 255, said: expect.stringContaining('bytes left out') });
});
