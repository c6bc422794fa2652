import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { openReader } from '../../../src/store/reader.ts';
import { isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { processesOf } from '../../kit/processes-of.ts';
import { PROGRAM } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { fill, smallDisk } from './small.ts';

test.for(['as the dead watchdog left it', 'after a reboot'])(
  'after a full disk has killed the watchdog, the gate starts one with a reserve: %s',
  async (what, context) => {
    const where = smallDisk(context, 'size=24m');
    const env = { PATH: process.env.PATH ?? '', HOME: where.stateDir, DOGWATCH_STATE_DIR: where.stateDir, DOGWATCH_BALLAST: '4MiB' };
    const dogwatch = (...args: string[]) => spawnSync(process.execPath, [PROGRAM, ...args], { env, cwd: '/', encoding: 'utf8' });
    onTestFinished(() =>
      until('nothing of it is left', () => processesOf(where.stateDir).every((one) => !signalProcess(one, 'SIGKILL'))).then(() => {}),
    );
    const watchdog = () => {
      const reader = openReader(where);
      const holder = reader.lease();
      reader.close();
      return holder !== null && isAlive(holder) ? holder : null;
    };
    expect(dogwatch('run', '--detach', '--name', 'job', '--', 'sleep', '1000').status).toBe(0);
    const first = await until('it keeps its reserve', () => existsSync(where.ballast) && watchdog());
    signalProcess(first, 'SIGKILL');
    await until('it is dead', () => !isAlive(first));
    if (what === 'after a reboot') rmSync(`${where.database}-shm`);
    fill(where);

    const { status, stdout, stderr } = dogwatch('supervise');
    expect([status, stdout, stderr]).toEqual([
      0,
      expect.stringContaining('job'),
      expect.stringMatching(/Starting a watchdog|a watchdog was started/),
    ]);
    expect(watchdog()).not.toBe(null);
    expect(existsSync(where.ballast)).toBe(false);
  },
);
