import { expect, test } from 'vitest';
import { SettingsError } from '../../src/cli/client/load-settings.ts';
import { register as registerConfig } from '../../src/cli/config/config.ts';
import { register as registerDoctor } from '../../src/cli/doctor/doctor.ts';
import { register } from '../../src/cli/notify.ts';
import { deadPort, httpReceiver } from '../kit/receivers.ts';
import { runCommand } from '../kit/run-command.ts';

const SECRET = 'tk_1234567890abcdef';

test('sends a test to every channel and prints the result of each', async () => {
  const [hook, ntfy] = [await httpReceiver(200), await httpReceiver(204)];
  const DOGWATCH_NOTIFY = `http://${hook.host}/x ntfy+http://${ntfy.host}/topic`;
  const { out, exitCode } = await runCommand(register, ['notify', '--test'], { DOGWATCH_NOTIFY });
  expect(out).toBe(`ok    http://${hook.host}\nok    ntfy+http://${ntfy.host}\n`);
  expect(exitCode ?? 0).toBe(0);
  expect(JSON.parse(hook.posted[0]?.body ?? '')).toMatchObject({ event: 'test', runs: [] });
  expect(ntfy.posted).toHaveLength(1);
});

test('if one fails, the others still get theirs, and the exit status is 69', async () => {
  const { host, posted } = await httpReceiver(200);
  const dead = `127.0.0.1:${await deadPort()}`;
  const DOGWATCH_NOTIFY = `http://${dead}/${SECRET}, http://${host}/${SECRET}`;
  const { out, exitCode } = await runCommand(register, ['notify', '--test', '--json'], { DOGWATCH_NOTIFY });
  expect(JSON.parse(out).channels).toEqual([
    { channel: `http://${dead}`, accepted: false, problem: expect.stringContaining('ECONNREFUSED') },
    { channel: `http://${host}`, accepted: true, problem: null },
  ]);
  expect(exitCode).toBe(69);
  expect(posted).toHaveLength(1);
  expect(out).not.toContain(SECRET);
});

test('without a channel, says how to set one', async () => {
  const { thrown } = await runCommand(register, ['notify', '--test'], {});
  expect(thrown).toMatchObject({ name: 'Problem', exitCode: 78, explanation: { hint: expect.stringContaining('DOGWATCH_NOTIFY=') } });
});

test('a notice of a failed unit names it, the reason that systemd gives, and the next command', async () => {
  const { host, posted } = await httpReceiver(200);
  const env = { DOGWATCH_NOTIFY: `http://${host}/x`, MONITOR_SERVICE_RESULT: 'exit-code', MONITOR_EXIT_STATUS: '78' };
  const { exitCode } = await runCommand(register, ['notify', '--failed-unit', 'dogwatch.service'], env);
  expect(exitCode ?? 0).toBe(0);
  expect(JSON.parse(posted[0]?.body ?? '')).toMatchObject({
    event: 'notice',
    cause: 'unit-failed',
    title: 'dogwatch: dogwatch.service has failed',
    sentence: 'The service manager has given up dogwatch.service: exit-code, status 78.',
    commands: ['systemctl status dogwatch.service', 'journalctl -u dogwatch.service'],
  });
});

test('a failed unit without a channel is not an error: nobody could be notified of that one either', async () => {
  const { exitCode, thrown } = await runCommand(register, ['notify', '--failed-unit', 'dogwatch.service'], {});
  expect([exitCode ?? 0, thrown ?? null]).toEqual([0, null]);
});

test.each([[[]], [['--test', '--failed-unit', 'a']]])('exactly one thing is sent: %j', async (args) => {
  const { thrown } = await runCommand(register, ['notify', ...args], {});
  expect(thrown).toMatchObject({ exitCode: 64 });
});

test('refuses a channel that it does not understand, without printing its key', async () => {
  const { thrown } = await runCommand(register, ['notify', '--test'], {
    DOGWATCH_NOTIFY: `https://good/${SECRET} slak+https://bad/${SECRET}`,
  });
  expect(thrown).toBeInstanceOf(SettingsError);
  expect((thrown as SettingsError).parts[0]?.explanation.got).toBe('"https://good slak+https://… (not understood)"');
});

test('config shows the scheme and host of a channel, never its key', async () => {
  const env = { DOGWATCH_NOTIFY: `ntfy://:${SECRET}@ntfy.sh/topic`, DOGWATCH_HEARTBEAT_URL: `https://hc.example.org/${SECRET}` };
  for (const flags of [[], ['--json']]) {
    const { out } = await runCommand(registerConfig, ['config', ...flags], env);
    expect(out).toContain('ntfy://ntfy.sh');
    expect(out).toContain('https://hc.example.org');
    expect(out).not.toContain(SECRET);
  }
  const { thrown } = await runCommand(registerConfig, ['config'], { DOGWATCH_HEARTBEAT_URL: `hc.example.org/${SECRET}` });
  expect(JSON.stringify(thrown)).not.toContain(SECRET);
  expect((thrown as SettingsError).parts[0]?.message).toBe('DOGWATCH_HEARTBEAT_URL');
});

test('doctor reports which channels can be reached, and sends nothing', async () => {
  const { host, posted } = await httpReceiver(200);
  const dead = `127.0.0.1:${await deadPort()}`;
  const env = {
    DOGWATCH_NOTIFY: `http://${host}/${SECRET} smtp://${dead}/?to=a@x.org&from=a@x.org exec:/no/such/program exec:/bin/true`,
    DOGWATCH_HEARTBEAT_URL: `http://${host}/${SECRET}`,
  };
  const { out, exitCode } = await runCommand(registerDoctor, ['doctor', '--json'], env);
  const about = (what: string) => JSON.parse(out).findings.filter((one: { about: string }) => one.about === what);
  expect(about('notices').map(({ result, said }: { result: string; said: string }) => [result, said])).toEqual([
    ['ok', `http://${host} can be reached`],
    ['fail', expect.stringMatching(`^smtp://${dead} cannot be reached \\(.*ECONNREFUSED`)],
    ['fail', '/no/such/program is not a program that this user can run'],
    ['ok', 'exec:/bin/true'],
  ]);
  expect(about('heartbeat')).toMatchObject([{ result: 'ok', said: `http://${host} can be reached` }]);
  expect([exitCode, posted, out.includes(SECRET)]).toEqual([69, [], false]);
});

test('doctor warns if nobody would be notified', async () => {
  const { out } = await runCommand(registerDoctor, ['doctor', '--json'], {});
  expect(JSON.parse(out).findings).toContainEqual(expect.objectContaining({ about: 'notices', result: 'warn' }));
});
