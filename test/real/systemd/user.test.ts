import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { until } from '../../kit/until.ts';
import { DOGWATCH, type RunOptions, USER, whyNoMachine } from './machine.ts';
import { bootService, type Service, WORK } from './service.ts';

const why = whyNoMachine();
const STATE = `/home/${USER}/.local/state/dogwatch`;

describe.skipIf(why)(`the watchdog as a user service${why === null ? '' : ` (${why})`}`, () => {
  let on: Service;
  beforeAll(async () => {
    on = await bootService();
    on.machine.does(['loginctl', 'enable-linger', USER]);
    await until('the user manager runs', () => on.machine.run(['systemctl', '--user', 'is-system-running'], AS_USER).code === 0);
    on.machine.does([DOGWATCH, 'systemd', 'install', '--user'], AS_USER);
    // Whatever the time is, the tests start it themselves.
    on.machine.does(['systemctl', '--user', 'stop', 'dogwatch-supervise.timer'], AS_USER);
  });
  afterAll(() => on?.machine.tearDown());

  const AS_USER: RunOptions = { as: USER, cwd: WORK };
  const show = (unit: string, property: string) =>
    on.machine.does(['systemctl', '--user', 'show', unit, '--value', `--property=${property}`], AS_USER);
  const doctor = (): readonly Finding[] => JSON.parse(on.machine.run([DOGWATCH, 'doctor', '--json'], AS_USER).stdout).findings;
  const about = (what: string) => doctor().filter((finding) => finding.about === what);

  test('it uses the same state as the user’s commands', async () => {
    expect(show('dogwatch.service', 'ActiveState')).toBe('active');
    expect(on.status(STATE).host.watchdog?.pid).toBe(Number(show('dogwatch.service', 'MainPID')));
    expect(show('dogwatch.service', 'StatusText')).toMatch(/^no run is active/);
  });

  test('a command that needs a watchdog starts the service, and no other watchdog', async () => {
    on.machine.does(['systemctl', '--user', 'stop', 'dogwatch.service'], AS_USER);
    expect(on.status(STATE).host.watchdog).toBe(null);
    on.dogwatch(['run', '--detach', '--name', 'job', '--', './agent.sh'], STATE);
    expect(show('dogwatch.service', 'ActiveState')).toBe('active');
    expect(on.status(STATE).host.watchdog?.pid).toBe(Number(show('dogwatch.service', 'MainPID')));
    const agent = await until('the agent lives', () => on.lives('job').at(-1)?.pid);
    on.machine.does(['systemctl', '--user', 'restart', 'dogwatch.service'], AS_USER);
    expect(on.isAlive(agent)).toBe(true);
  });

  test('a state directory without a service has a separate watchdog', async () => {
    const elsewhere = `/home/${USER}/elsewhere`;
    on.dogwatch(['run', '--detach', '--name', 'other', '--', './agent.sh'], elsewhere);
    const watchdog = on.status(elsewhere).host.watchdog?.pid ?? 0;
    expect(watchdog).toBeGreaterThan(0);
    expect(on.machine.does(['cat', `/proc/${watchdog}/cgroup`])).not.toContain('dogwatch.service');
    on.dogwatch(['stop', 'other'], elsewhere);
  });

  test('doctor: what is fine, and remedies for what is not', () => {
    expect(about('service')).toMatchObject([{ result: 'ok', said: expect.stringContaining('dogwatch.service of the user manager') }]);
    expect(about('linger')).toMatchObject([{ result: 'ok' }]);
    expect(about('journal')).toMatchObject([{ result: 'warn', next: expect.stringContaining('usermod -aG systemd-journal') }]);
    expect(about('clock')).toHaveLength(1);
    on.machine.does(['rm', `/var/lib/systemd/linger/${USER}`]);
    expect(about('linger')).toMatchObject([{ result: 'warn', next: `loginctl enable-linger ${USER}` }]);
    expect(about('gate')).toMatchObject([{ result: 'warn', next: expect.stringContaining('enable --now') }]);
    on.machine.does(['touch', `/var/lib/systemd/linger/${USER}`]);
  });

  test('uninstalled, only the state is left', () => {
    on.machine.does([DOGWATCH, 'systemd', 'uninstall', '--user'], AS_USER);
    expect(on.machine.does(['find', `/home/${USER}/.config`, `/home/${USER}/.local/share`, '-name', '*dogwatch*'])).toBe('');
    expect(on.run('job', STATE)).not.toBe(null);
    expect(about('service')).toMatchObject([{ result: 'warn', next: expect.stringContaining('dogwatch systemd install') }]);
  });
});
