import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../kit/until.ts';
import { DOGWATCH, NODE, type RunOptions, USER, whyNoMachine } from './machine.ts';
import { bootService, type Service, STATE, WORK } from './service.ts';

const why = whyNoMachine();
const VITEST = '/opt/dogwatch/node_modules/vitest/vitest.mjs';
const KEY = 'sk-0123456789-very-secret';

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[] }[];
}

describe.skipIf(why)(`attempts in their own units${why === null ? '' : ` (${why})`}`, () => {
  let on: Service;
  beforeAll(async () => {
    on = await bootService();
    on.machine.does([DOGWATCH, 'systemd', 'install', '--as', 'root']);
    on.machine.does(['systemctl', 'stop', 'dogwatch-supervise.timer']);
    on.machine.does(['loginctl', 'enable-linger', USER]);
    await until('its own manager is there', () => on.machine.run(['test', '-S', '/run/user/1000/systemd/private']).code === 0);
  });
  afterAll(() => on?.machine.tearDown());

  test.each<[string, RunOptions]>([
    ['the system, for root', {}],
    ['a user', { as: USER }],
  ])('fulfil the contract of all launchers: the manager of %s', (_, who) => {
    const out = `/tmp/launchers-${who.as ?? 'root'}.json`;
    const command = [
      NODE,
      VITEST,
      'run',
      '--configLoader',
      'runner',
      '--root',
      '/opt/dogwatch',
      '--project',
      'processes',
      '--reporter',
      'json',
      '--outputFile',
      out,
    ];
    const ran = on.machine.run([...command, 'test/processes/launch/launchers.test.ts'], { ...who, cwd: '/opt/dogwatch' });
    const report: Report = JSON.parse(on.machine.does(['cat', out]));
    const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    const ours = results.filter(({ fullName }) => /started as systemd|^a unit/.test(fullName));
    expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(ours.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect([ran.code, ours.length]).toEqual([0, 28]);
    expect(on.machine.does(['systemctl', 'list-units', '--all', '--plain', '--no-legend', 'dogwatch-bench*'])).toBe('');
  });

  const dogwatch = (args: readonly string[]) =>
    on.machine.does([DOGWATCH, ...args], { cwd: WORK, env: { DOGWATCH_STATE_DIR: STATE, DOGWATCH_BACKOFF_MIN: '20ms', SOME_KEY: KEY } });
  const units = () =>
    on.machine
      .does(['systemctl', 'list-units', '--plain', '--no-legend', 'dogwatch-kept_*'])
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '');
  const agent = () => until('the agent lives', () => on.lives('kept').at(-1)?.pid);

  test('a run lives in one, exposes no keys, and survives a restart of the watchdog', async () => {
    // The service's own choice: no launcher is specified.
    dogwatch(['run', '--detach', '--name', 'kept', '--memory', '1GiB', '--cpu', '150%', '--', './agent.sh']);
    const pid = await agent();
    const [unit = ''] = units();
    expect(unit).toMatch(/^dogwatch-kept_1-1-[0-9a-f]{12}\.service$/);
    expect(on.machine.does(['cat', `/proc/${pid}/cgroup`])).toContain(`/${unit}`);
    expect(on.machine.does(['cat', `/proc/${pid}/environ`])).toContain(KEY);
    expect([on.show(unit, 'MemoryMax'), on.show(unit, 'CPUQuotaPerSecUSec')]).toEqual(['1073741824', '1.500000s']);
    const seen = on.machine.does(['systemctl', 'show', '--all', unit]) + on.machine.does(['ps', '-eo', 'args']);
    expect(seen).not.toContain(KEY);
    const watchdog = on.mainPid();
    on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
    await until('another watchdog runs', () => on.mainPid() !== watchdog && on.mainPid() !== 0);
    expect(on.isAlive(pid)).toBe(true);
  });

  test('it is resumed in another one, which is gone once the run is stopped', async () => {
    const first = on.lives('kept').length;
    // The unit of the next attempt waits already.
    const next = await until('there is a standby', () => units().find((unit) => /^dogwatch-kept_1-2-/.test(unit)));
    const isReady = () => on.machine.does(['ps', '-eo', 'args']).match(/bin\/standby-/g)?.length === 2;
    await until('it waits, and so does what becomes the command', isReady);
    on.kill('KILL', await agent());
    await until('it is resumed', () => on.lives('kept').length > first);
    await until('the first unit is gone', () => units().every((unit) => !/^dogwatch-kept_1-1-/.test(unit)));
    const pid = await agent();
    expect(on.machine.does(['cat', `/proc/${pid}/cgroup`])).toContain(`/${next}`);
    dogwatch(['stop', 'kept']);
    await until('its unit and the one of its standby are gone', () => units()[0] === '');
    expect(on.isAlive(pid)).toBe(false);
    expect(on.machine.read(join(STATE, 'runs/kept.1/attempts/2/exit'))).toBe('143            \n');
  });
});
