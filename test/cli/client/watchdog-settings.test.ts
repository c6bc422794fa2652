import { spawn } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { register as registerConfig } from '../../../src/cli/config/config.ts';
import { register as registerDoctor } from '../../../src/cli/doctor/doctor.ts';
import { register as registerNotify } from '../../../src/cli/notify.ts';
import { identify } from '../../../src/system/process/process.ts';
import { keptState, until } from '../../kit/kept-state.ts';
import { deadPort, httpReceiver } from '../../kit/receivers.ts';
import { runCommand } from '../../kit/run-command.ts';

const SECRET = 'tk_1234567890abcdef';

/**
 * Creates a state whose watchdog is alive and was started with these variables; `run` runs a
 * command in a shell with other ones.
 */
async function watched(variables: Record<string, string>) {
  const child = spawn('sleep', ['1000'], { env: { PATH: process.env.PATH, ...variables }, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  // Until exec, the child still has the environment of this process.
  await until(() => identify(pid) !== null);
  await new Promise((resolve) => child.once('spawn', resolve));
  const { where } = await keptState(identify(pid)!);
  const run = async (register: typeof registerConfig, argv: string[], env: Record<string, string> = {}) => {
    const said: string[] = [];
    const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    try {
      return { ...(await runCommand(register, argv, { DOGWATCH_STATE_DIR: where.stateDir, ...env })), err: said.join('') };
    } finally {
      err.mockRestore();
    }
  };
  return { pid, run };
}

test("config shows the watchdog's settings that differ, and how to give it those of this shell", async () => {
  const { pid, run } = await watched({ DOGWATCH_NOTIFY: `ntfy://:${SECRET}@ntfy.sh/topic`, DOGWATCH_IDLE: '1h', DOGWATCH_BALLAST: '1MiB' });
  const env = { DOGWATCH_BALLAST: '2MiB' };
  const { out } = await run(registerConfig, ['config'], env);
  expect(out).toContain(`The watchdog (process ${pid}, since `);
  expect(out).toMatch(/^DOGWATCH_NOTIFY +none +ntfy:\/\/ntfy\.sh$/m);
  expect(out).toMatch(/^DOGWATCH_BALLAST +2MiB +1MiB$/m);
  expect(out).toContain('`dogwatch watch --replace --detach`');
  const json = JSON.parse((await run(registerConfig, ['config', '--json'], env)).out);
  expect(json.watchdog).toEqual({
    pid,
    since: expect.any(String),
    differs: [
      { name: 'DOGWATCH_BALLAST', here: '2MiB', watchdog: '1MiB' },
      { name: 'DOGWATCH_NOTIFY', here: 'none', watchdog: 'ntfy://ntfy.sh' },
    ],
    unknown: null,
  });
  expect(out).not.toContain(SECRET);
});

test('reports settings that differ only in a secret, without printing it', async () => {
  const { run } = await watched({
    DOGWATCH_NOTIFY: `https://hooks.example.org/${SECRET}`,
    API_KEY: 'k-99887766',
    DOGWATCH_RECOVERY_COMMAND: 'env K=k-99887766 x',
  });
  const { out } = await run(registerConfig, ['config'], { DOGWATCH_NOTIFY: 'https://hooks.example.org/another' });
  expect(out).toMatch(/^DOGWATCH_NOTIFY +https:\/\/hooks\.example\.org +https:\/\/hooks\.example\.org \(with another key or address\)$/m);
  expect(out).toMatch(/^DOGWATCH_RECOVERY_COMMAND +\S+ +env K=‹API_KEY› x$/m);
  for (const secret of [SECRET, 'another\n', 'k-99887766']) expect(out).not.toContain(secret);
});

test('config says that the settings are the same, or that no watchdog is running', async () => {
  const { run } = await watched({});
  expect((await run(registerConfig, ['config'])).out).toContain('has the same machine settings as this shell');
  const { out } = await run(registerConfig, ['config'], { DOGWATCH_STATE_DIR: '/nonexistent/state' });
  expect(out).toContain('No watchdog is running');
  const json = (await run(registerConfig, ['config', '--json'], { DOGWATCH_STATE_DIR: '/nonexistent/state' })).out;
  expect(JSON.parse(json).watchdog).toBeNull();
});

test("a shell without channels tests the watchdog's, and says so", async () => {
  const { host, posted } = await httpReceiver(200);
  const { pid, run } = await watched({ DOGWATCH_NOTIFY: `http://${host}/${SECRET}` });
  const { out, err, exitCode } = await run(registerNotify, ['notify', '--test']);
  expect([out, exitCode ?? 0, posted.length]).toEqual([`ok    http://${host}\n`, 0, 1]);
  expect(err).toContain(`testing the channels of the running watchdog (process ${pid})`);
  expect(`${out}${err}`).not.toContain(SECRET);
});

test.each([
  [undefined, 'has no channel, and it sends the notices'],
  ['exec:/bin/false', 'has other channels (exec:/bin/false), and it sends the notices'],
])('warns a shell whose channels the watchdog does not have (%s)', async (theirs, words) => {
  const { host, posted } = await httpReceiver(200);
  const { pid, run } = await watched(theirs === undefined ? {} : { DOGWATCH_NOTIFY: theirs });
  const env = { DOGWATCH_NOTIFY: `http://${host}/${SECRET}` };
  const { out, err } = await run(registerNotify, ['notify', '--test', '--json'], env);
  expect(err).toContain(`the running watchdog (process ${pid}) ${words}`);
  expect(err).toContain('`dogwatch watch --replace --detach`');
  expect(JSON.parse(out)).toMatchObject({
    settingsOf: 'shell',
    watchdog: { pid, channels: theirs === undefined ? [] : [theirs], differs: true },
    channels: [{ channel: `http://${host}`, accepted: true }],
  });
  expect(posted).toHaveLength(1);
  expect(`${out}${err}`).not.toContain(SECRET);
});

test("doctor checks the watchdog's channels", async () => {
  const dead = `127.0.0.1:${await deadPort()}`;
  const { run } = await watched({ DOGWATCH_NOTIFY: `http://${dead}/${SECRET}` });
  const { out } = await run(registerDoctor, ['doctor', '--json']);
  const about = JSON.parse(out).findings.filter((one: { about: string }) => one.about === 'notices');
  expect(about).toMatchObject([{ result: 'fail', said: expect.stringContaining(`http://${dead} cannot be reached`) }]);
  expect(out).not.toContain(SECRET);
});
