import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { bootMachine, DOGWATCH, type Machine, whyNoMachine } from './systemd/machine.ts';

const whyNot = whyNoMachine();
const BOOT_MS = 180_000;

describe.skipIf(whyNot !== null)(`adopt --unit under a real systemd${whyNot === null ? '' : ` (skipped: ${whyNot})`}`, () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await bootMachine();
  }, BOOT_MS);
  afterAll(() => machine?.tearDown(), BOOT_MS);

  const service = (name: string, restart: string) => {
    machine.write(`/etc/systemd/system/${name}.service`, `[Service]\nExecStart=/usr/bin/sleep 1000\nRestart=${restart}\n`);
    machine.does(['systemctl', 'daemon-reload']);
    machine.does(['systemctl', 'start', name]);
    return Number(machine.does(['systemctl', 'show', name, '--property=MainPID', '--value']));
  };
  const run = (name: string) => {
    const { runs } = JSON.parse(machine.does([DOGWATCH, 'status', '--json']));
    return runs.find((one: { name: string }) => one.name === name);
  };

  test('the main process is watched, and resumed outside its unit when it dies', { timeout: BOOT_MS }, async () => {
    const pid = service('job', 'no');
    machine.does([DOGWATCH, 'adopt', '--unit', 'job', '--name', 'job', '--done-file', '/var/done', '--detach']);
    await until('the service is watched', () => run('job')?.pid === pid);
    machine.does(['kill', '-KILL', String(pid)]);
    await until('it is resumed', () => run('job')?.attempts === 2 && run('job')?.pid > 0);
    expect(machine.does(['cat', `/proc/${run('job').pid}/cmdline`])).toContain('sleep');
    expect(machine.does(['cat', `/proc/${run('job').pid}/cgroup`])).not.toContain('job.service');
    expect(machine.run(['systemctl', 'is-active', 'job']).stdout.trim()).toBe('failed');
  });

  test('a unit that systemd restarts by itself is refused, and nothing is registered', { timeout: BOOT_MS }, () => {
    const pid = service('kept', 'always');
    const { code, stderr } = machine.run([DOGWATCH, 'adopt', '--unit', 'kept', '--name', 'kept', '--done-file', '/var/done', '--detach']);
    expect(code).toBe(64);
    expect(stderr).toContain('Restart=always');
    expect(run('kept')).toBeUndefined();
    expect(machine.does(['systemctl', 'show', 'kept', '--property=MainPID', '--value'])).toBe(String(pid));
  });
});
