import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../kit/until.ts';
import { DOGWATCH, whyNoMachine } from './machine.ts';
import { bootInstalled, type Service, STATE, WORK } from './service.ts';

const why = whyNoMachine();

describe.skipIf(why)(`the watchdog as a service of the system${why === null ? '' : ` (${why})`}`, () => {
  let on: Service;
  beforeAll(async () => {
    on = await bootInstalled();
  });
  afterAll(() => on?.machine.tearDown());

  const start = (name: string) => on.dogwatch(['run', '--detach', '--name', name, '--', './agent.sh']);
  test('it runs, says so in one line, and systemd has no complaint about the units', () => {
    expect(on.show('dogwatch.service', 'ActiveState')).toBe('active');
    expect(on.show('dogwatch.service', 'StatusText')).toBe('no run is active; disks: fine');
    expect(on.machine.does(['systemctl', 'is-enabled', 'dogwatch.service', 'dogwatch-supervise.timer'])).toBe('enabled\nenabled');
    expect(on.machine.does(['stat', '-c', '%U %a', STATE])).toBe('builder 700');
    expect(on.journal('init.scope')).not.toMatch(/dogwatch.*(Unknown|Failed to parse|ignoring)/);
  });

  test('a run whose agent is killed is resumed; the agent knows nothing about the service manager', async () => {
    start('killed');
    const agent = await on.agentOf('killed');
    const environment = on.machine.does(['cat', `/proc/${agent}/environ`]).split('\0');
    expect(environment.filter((one) => /^(NOTIFY_SOCKET|WATCHDOG_|DOGWATCH_NOTIFY)/.test(one))).toEqual([]);
    expect(environment).toContain(`DOGWATCH_STATE_DIR=${STATE}`);
    on.kill('KILL', agent);
    await on.agentOf('killed', agent);
    await until('the status says it', () => on.show('dogwatch.service', 'StatusText') === '1 run: 1 working; disks: fine');
  });

  test('a restart leaves the run alone, which is still watched', async () => {
    const [agent, watchdog] = [await on.agentOf('killed'), on.mainPid()];
    on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
    await on.replaced(watchdog);
    expect(await on.agentOf('killed')).toBe(agent);
    on.kill('KILL', agent);
    await on.agentOf('killed', agent);
  });

  test('manual restarts, however many, never lead to a failed unit', async () => {
    const agent = await on.agentOf('killed');
    for (let count = 0; count < 25; count++) on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
    expect(on.show('dogwatch.service', 'ActiveState')).toBe('active');
    expect(await on.agentOf('killed')).toBe(agent);
  });

  test('systemd restarts a killed watchdog and replaces a stopped one; the run is unharmed', async () => {
    const agent = await on.agentOf('killed');
    on.kill('KILL', on.mainPid());
    const second = await on.replaced(on.mainPid());
    on.edit('dogwatch.service', '[Service]\nWatchdogSec=20s\n');
    on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
    const third = await on.replaced(second);
    on.kill('STOP', third);
    await on.replaced(third);
    expect(on.journal('dogwatch.service')).toContain('Watchdog timeout');
    expect(await on.agentOf('killed')).toBe(agent);
    expect(on.isAlive(agent)).toBe(true);
    on.edit('dogwatch.service', '');
  });

  test('a drop-in changes what it does, after a restart', async () => {
    const agent = await on.agentOf('killed');
    on.edit('dogwatch.service', '[Service]\nEnvironment=DOGWATCH_ENABLED=0\n');
    on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
    on.kill('KILL', agent);
    await until(
      'it is seen, and nothing is done',
      () => on.run('killed')?.pid === null && on.run('killed')?.because.includes('DOGWATCH_ENABLED=0'),
    );
    const before = on.lives('killed').length;
    on.edit('dogwatch.service', '');
    on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
    await until('it is resumed', () => on.lives('killed').length === before + 1);
  });

  test('a user who may not start the service has a separate watchdog, until the service takes over', async () => {
    on.machine.does(['systemctl', 'stop', 'dogwatch.service']);
    start('meanwhile');
    const agent = await on.agentOf('meanwhile');
    expect(on.mainPid()).toBe(0);
    on.machine.does(['systemctl', 'start', 'dogwatch.service']);
    await on.replaced(0);
    expect(await on.agentOf('meanwhile')).toBe(agent);
  });

  test("the gate's timer fires, and a permanently failed watchdog runs again", async () => {
    on.machine.does(['systemctl', 'stop', 'dogwatch.service']);
    on.edit('dogwatch-supervise.timer', '[Timer]\nOnCalendar=\nOnCalendar=*:*:0/2\nAccuracySec=100ms\n');
    on.machine.does(['systemctl', 'restart', 'dogwatch-supervise.timer']);
    await on.replaced(0);
    on.edit('dogwatch-supervise.timer', '');
    on.machine.does(['systemctl', 'stop', 'dogwatch-supervise.timer']);
    await until('the gate has run', () => /^killed +(nothing|defer)/m.test(on.journal('dogwatch-supervise.service')));
    expect(on.show('dogwatch-supervise.timer', 'Persistent')).toBe('yes');
  });

  test('a person is notified of a watchdog that cannot start, with its output', async () => {
    on.edit('dogwatch.service', '[Service]\nEnvironment=DOGWATCH_IDLE=soon\n');
    expect(on.machine.run(['systemctl', 'restart', 'dogwatch.service']).code).not.toBe(0);
    await until('a person is notified', () => on.notices().includes('dogwatch.service has failed'));
    expect(on.show('dogwatch.service', 'NRestarts')).toBe('0');
    const notice = on
      .notices()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .find(({ cause }) => cause === 'unit-failed');
    expect(notice).toMatchObject({ sentence: 'The service manager has given up dogwatch.service: exit-code, status 78.' });
    on.edit('dogwatch.service', '');
    on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
  });

  test('a scheduled run: its command is used word by word, never by a shell', async () => {
    on.machine.write(
      '/etc/dogwatch/runs/nightly.env',
      `RUN_DIRECTORY=${WORK}\nRUN_OPTIONS=--done-log "all is done"\nRUN_COMMAND=./agent.sh "two words" $HOME ; touch /tmp/oops\n`,
      0o600,
    );
    on.machine.does(['systemctl', 'enable', '--now', 'dogwatch-run@nightly.timer']);
    on.machine.does(['systemctl', 'start', 'dogwatch-run@nightly.service']);
    await on.agentOf('nightly');
    expect(on.lives('nightly').map(({ args }) => args)).toEqual(['two words $HOME ; touch /tmp/oops']);
    expect(on.machine.run(['ls', '/tmp/oops']).code).not.toBe(0);
    expect(
      on.machine.run(['systemctl', 'start', 'dogwatch-run@nightly.service']).code,
      'while it is active a second one is refused',
    ).not.toBe(0);
    await until('a person is notified', () => on.notices().includes('dogwatch-run@nightly.service has failed'));
  });

  test('after a power cut: unfinished runs continue, and a pause and the spent budget persist', async () => {
    on.dogwatch(['pause', 'meanwhile']);
    const before = ['killed', 'meanwhile', 'nightly'].map((name) => on.run(name));
    await on.machine.reboot('power-cut');
    await on.replaced(0);
    await on.agentOf('killed');
    await on.agentOf('nightly');
    const after = ['killed', 'meanwhile', 'nightly'].map((name) => on.run(name));
    expect(on.dogwatch(['history', 'killed'])).toContain('runs come back staggered');
    expect(after.map((run) => run?.resumesWithoutProgress)).toEqual(before.map((run) => run?.resumesWithoutProgress));
    expect(after[1]).toMatchObject({ pid: null, holds: [{ kind: 'operator' }] });
  });

  test('uninstalled, it leaves the state, the operator’s files, and the agents', async () => {
    const agent = await on.agentOf('killed');
    on.machine.does([DOGWATCH, 'systemd', 'uninstall']);
    expect(on.isAlive(agent)).toBe(true);
    expect(
      on.machine.does(['find', '/etc/systemd', '/var/lib/systemd', '/run/systemd', '-name', '*dogwatch*', '-not', '-name', '*.d']),
    ).toBe('');
    expect(on.machine.run(['systemctl', 'list-unit-files', '--no-legend', 'dogwatch*']).stdout).toBe('');
    expect(on.machine.does([DOGWATCH, 'systemd', 'uninstall'])).toContain('no dogwatch units are installed');
  });
});
