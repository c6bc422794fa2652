import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { USER, whyNoMachine } from './machine.ts';
import { bootService, type Service, STATE, WORK } from './service.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const why = whyNoMachine();
/** Where npm installed it, inside. */
const INSTALLED = '/opt/npm/bin/dogwatch';

describe.skipIf(why)(`the npm package, as a service${why === null ? '' : ` (${why})`}`, () => {
  let on: Service;
  const scratch = mkdtempSync(join(tmpdir(), 'dogwatch-npm-'));
  const npm = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('npm', args, {
      cwd: PROJECT,
      encoding: 'utf8',
      env: { ...process.env, npm_config_cache: join(scratch, 'cache') },
    });
    if (status !== 0) throw new Error(`npm ${args.join(' ')}: exit status ${status}\n${stderr}`);
    return stdout;
  };
  beforeAll(async () => {
    const [{ filename }] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', scratch));
    npm('install', '-g', '--ignore-scripts', '--prefix', join(scratch, 'prefix'), join(scratch, filename));
    on = await bootService();
    cpSync(join(scratch, 'prefix'), join(on.machine.root, 'opt/npm'), { recursive: true, verbatimSymlinks: true });
    on.machine.does([INSTALLED, 'systemd', 'install', '--as', USER, '--program', INSTALLED]);
    on.machine.does(['systemctl', 'stop', 'dogwatch-supervise.timer']);
  });
  afterAll(async () => {
    await on?.machine.tearDown();
    rmSync(scratch, { recursive: true, force: true });
  });

  const dogwatch = (...args: readonly string[]) =>
    on.machine.does([INSTALLED, ...args], {
      as: USER,
      cwd: WORK,
      env: { DOGWATCH_STATE_DIR: STATE, DOGWATCH_BACKOFF_MIN: '20ms', DOGWATCH_PROMPT_AFTER: '0s' },
    });

  test('works as an unprivileged user, with its state where systemd keeps it, and keeps a run going', async () => {
    expect(on.show('dogwatch.service', 'ActiveState')).toBe('active');
    expect(on.show('dogwatch.service', 'ExecStart')).toContain(INSTALLED);
    expect(on.machine.does(['stat', '-c', '%U %a', STATE])).toBe(`${USER} 700`);
    on.machine.write(`${WORK}/short.sh`, '#!/bin/sh\necho x >>lives; [ $(wc -l <lives) -lt 3 ] || touch done\n', 0o755);
    dogwatch('run', '--name', 'job', '--done-file', 'done', '--', './short.sh');
    expect(on.machine.does(['cat', `${WORK}/lives`])).toBe('x\nx\nx');
    expect(JSON.parse(dogwatch('status', '--json')).runs[0]).toMatchObject({ state: 'complete', attempts: 3 });
    const story = on.machine.does(['journalctl', '-q', '-o', 'cat', 'DOGWATCH_RUN=job']);
    expect(story).toContain('job complete');
  });

  test('is reinstalled over itself, and uninstalled without a trace except its state', async () => {
    const before = Number(on.mainPid());
    on.machine.does([INSTALLED, 'systemd', 'install', '--as', USER, '--program', INSTALLED]);
    expect(on.show('dogwatch.service', 'ActiveState')).toBe('active');
    expect(on.mainPid()).not.toBe(before);
    on.machine.does([INSTALLED, 'systemd', 'uninstall']);
    expect(on.machine.does(['sh', '-c', 'find /etc/systemd -name "dogwatch*"'])).toBe('');
    expect(on.machine.run(['test', '-e', `${STATE}/dogwatch.db`]).code).toBe(0);
  });
});
