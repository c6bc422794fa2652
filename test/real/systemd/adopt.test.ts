import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../kit/until.ts';
import { DOGWATCH, USER, whyNoMachine } from './machine.ts';
import { bootInstalled, type Service, WORK } from './service.ts';

const why = whyNoMachine();

describe.skipIf(why)(`a service that someone else started${why === null ? '' : ` (${why})`}`, () => {
  let on: Service;
  beforeAll(async () => {
    on = await bootInstalled({ readsJournal: true });
  });
  afterAll(() => on?.machine.tearDown());

  const unit = (name: string, more = '') => {
    const service = `[Service]\nUser=${USER}\nWorkingDirectory=${WORK}\nExecStart=${WORK}/talker.sh\n${more}`;
    on.machine.write(`/etc/systemd/system/${name}.service`, service);
    on.machine.does(['systemctl', 'daemon-reload']);
    on.machine.does(['systemctl', 'start', `${name}.service`]);
  };
  const adopt = (...args: readonly string[]) =>
    on.machine.run([DOGWATCH, 'adopt', '--detach', '--done-file', 'done', ...args], {
      as: USER,
      cwd: WORK,
      env: { DOGWATCH_STATE_DIR: '/var/lib/dogwatch' },
    });

  test('is watched with its journal, and resumed when it dies', async () => {
    on.machine.write(`${WORK}/talker.sh`, '#!/bin/sh\necho "job $$" >>lives\nwhile :; do echo at work; sleep 0.5; done\n', 0o755);
    unit('job');
    expect(adopt('--name', 'job', '--unit', 'job.service')).toMatchObject({ code: 0 });
    const pid = Number(on.show('job.service', 'MainPID'));
    await until('it is watched', () => on.run('job')?.pid === pid);
    const before = on.run('job')?.lastActivityAt ?? '';
    await until('its journal is its activity', () => (on.run('job')?.lastActivityAt ?? '') > before);
    on.kill('KILL', pid);
    const next = await until('it is resumed', () => on.lives('job').length === 2 && on.lives('job')[1]?.pid);
    expect([on.isAlive(pid), on.isAlive(next)]).toEqual([false, true]);
    // Outside of the unit, which stays dead.
    expect(on.machine.does(['cat', `/proc/${next}/cgroup`])).not.toContain('job.service');
    expect(on.show('job.service', 'ActiveState')).toBe('failed');
    expect(on.dogwatch(['history', 'job'])).toMatch(/attempt 1 ended by SIGKILL/);
    on.dogwatch(['stop', 'job']);
  });

  test('says how it ended, and is stopped with everything in it', async () => {
    const hiding = '(env -i setsid setsid sleep 1004 &)';
    on.machine.write(`${WORK}/talker.sh`, `#!/bin/sh\n${hiding}\nuntil [ -e leave ]; do sleep 0.1; done; exit 7\n`, 0o755);
    unit('leaving');
    expect(adopt('--name', 'leaving', '--unit', 'leaving.service')).toMatchObject({ code: 0 });
    on.dogwatch(['pause', 'leaving']);
    on.machine.write(`${WORK}/leave`, '');
    await until('it has ended', () => /attempt 1 ended with status 7/.test(on.dogwatch(['history', 'leaving'])));
    on.machine.does(['rm', `${WORK}/leave`]);
    unit('staying');
    expect(adopt('--name', 'staying', '--unit', 'staying.service')).toMatchObject({ code: 0 });
    const inUnit = () => on.machine.run(['systemctl', 'status', 'staying.service']).stdout.includes('sleep 1004');
    await until('its hiding child runs', inUnit);
    on.dogwatch(['stop', 'staying']);
    await until('it is stopped, and nothing is left', () => on.run('staying')?.state === 'stopped' && !inUnit());
  });

  test.each<[string, string, string, RegExp]>([
    ['that systemd restarts itself', 'again', 'Restart=on-failure\n', /Restart=no.*\n.*Restart=on-failure/],
    ['that has no process', 'over', 'ExecStart=\nType=oneshot\nExecStart=/bin/true\n', /a unit that is inactive/],
  ])('one %s is refused, and why', (_, name, more, said) => {
    unit(name, more);
    const { code, stderr } = adopt('--unit', `${name}.service`);
    expect([code, stderr]).toEqual([64, expect.stringMatching(said)]);
  });
});
